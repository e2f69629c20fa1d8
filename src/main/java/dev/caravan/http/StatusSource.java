package dev.caravan.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What {@code GET /status} tells besides the history's numbers, from whoever started the parts.
 *
 * @param version the version of this program
 * @param startedAt when it started
 * @param parts further fields, asked for at each request and written in their order: strings, numbers, booleans,
 *     nested maps and lists of these. Never secrets
 * @param bridges the same for each bridge, for {@code GET /bridges}
 * @param routes the same for each route file, for {@code GET /routes}
 */
public record StatusSource(
        String version,
        Instant startedAt,
        Supplier<Map<String, Object>> parts,
        Supplier<List<Map<String, Object>>> bridges,
        Supplier<List<Map<String, Object>>> routes) {}
