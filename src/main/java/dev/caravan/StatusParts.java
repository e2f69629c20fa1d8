package dev.caravan;

import dev.caravan.csv.CsvLogComponent;
import dev.caravan.csv.CsvLogReport;
import dev.caravan.csv.CsvLogState;
import dev.caravan.mqtt.ConnectionState;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.route.DeadLetters;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreLag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What {@code GET /status} tells of the parts: listeners, MQTT connections of the routes, rows, dead letters, store. */
record StatusParts(
        Listeners listeners, MqttComponent mqtt, CsvLogComponent csvLog, DeadLetters deadLetters, MessageStore store)
        implements Supplier<Map<String, Object>> {

    @Override
    public Map<String, Object> get() {
        Map<String, Object> parts = new LinkedHashMap<>(listeners.addresses());
        CsvLogState csv = csvLog.state();
        parts.put("csv_rows", csv.rows());
        parts.put("csv_unknown_fields", csv.unknownFields());
        parts.put("csv_missing_fields", csv.missingFields());
        parts.put("csv_nested_fields", csv.nested());
        parts.put("csv_rejected", csv.rejected());
        parts.put("csv_rejected_by_reason", csv.rejectedByReason());
        parts.put("csv_failed_writes", csv.failed());
        parts.put("csv_logs", csv.logs().stream().map(StatusParts::describe).toList());
        parts.put("dead_letters", deadLetters.count());
        parts.put("dead_letters_by_reason", deadLetters.countsByReason());
        parts.put("store", describe(store.lag()));
        List<Map<String, Object>> connections =
                mqtt.connections().stream().map(StatusParts::describe).toList();
        parts.put("connections", connections);
        return parts;
    }

    private static Map<String, Object> describe(StoreLag lag) {
        Map<String, Object> store = new LinkedHashMap<>();
        store.put("waiting", lag.messages());
        store.put("oldest_seconds", lag.oldestMillis() / 1_000.0);
        store.put("last_error", Objects.requireNonNullElse(lag.lastError(), ""));
        return store;
    }

    private static Map<String, Object> describe(CsvLogReport report) {
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("name", report.name());
        log.put("rows", report.rows());
        log.put("waiting", report.waiting());
        log.put("waiting_since", Objects.toString(report.waitingSince(), ""));
        log.put("failing_since", Objects.toString(report.failingSince(), ""));
        log.put("last_error", Objects.requireNonNullElse(report.lastError(), ""));
        return log;
    }

    private static Map<String, Object> describe(ConnectionState state) {
        Map<String, Object> connection = new LinkedHashMap<>();
        connection.put("name", state.name());
        connection.put("broker", state.brokerUrl());
        connection.put("client_id", state.clientId());
        connection.put("connected", state.connected());
        connection.put("since", state.since().toString());
        connection.put("last_error", Objects.requireNonNullElse(state.lastError(), ""));
        return connection;
    }
}
