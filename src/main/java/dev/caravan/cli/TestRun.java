package dev.caravan.cli;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code test} was asked for.
 *
 * @param folder that was named, with {@code routes/} or the routes themselves
 * @param junit where to write the results as XML
 * @param configFile the properties file that was named
 * @param settings keys and values of the command line, not validated
 */
public record TestRun(
        @Nullable Path folder,
        @Nullable Path junit,
        @Nullable Path configFile,
        Map<String, String> settings) {}
