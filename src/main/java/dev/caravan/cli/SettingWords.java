package dev.caravan.cli;

import dev.caravan.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads settings from a command line: {@code --key=value} or {@code --key value}. */
final class SettingWords {

    private SettingWords() {}

    /**
     * @param words what the command itself does not know
     * @return values by key, not validated
     * @throws ParameterException naming a word that is no setting
     */
    static Map<String, String> parse(List<String> words, CommandSpec command) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            int equals = word.indexOf('=');
            String key = word.startsWith("--") ? word.substring(2, equals < 0 ? word.length() : equals) : "";
            if (key.isBlank()) {
                throw wrong(command, "'" + word + "' is not a setting: write --key=value");
            }
            String value = equals < 0 ? valueAfter(key, rest, command) : word.substring(equals + 1);
            if (settings.put(key, value) != null) {
                throw wrong(command, "--" + key + " is given twice");
            }
        }
        return settings;
    }

    /**
     * The file of settings that a command reads.
     *
     * @param named what was given as {@code --config}, null where nothing was
     * @throws ParameterException where a file was named that is none
     */
    static Path file(@Nullable Path named, CommandSpec command) {
        if (named != null && !Files.isRegularFile(named)) {
            throw wrong(command, "--config: " + named + " is not a file");
        }
        return named == null ? SettingsLoader.DEFAULT_FILE : named;
    }

    private static String valueAfter(String key, Iterator<String> rest, CommandSpec command) {
        String value = rest.hasNext() ? rest.next() : "--";
        if (value.startsWith("--")) {
            throw wrong(command, "--" + key + " has no value: write --" + key + "=value");
        }
        return value;
    }

    private static ParameterException wrong(CommandSpec command, String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
