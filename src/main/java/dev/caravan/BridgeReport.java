package dev.caravan;

import dev.caravan.bridge.BridgeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What {@code GET /bridges} tells of the bridges. */
final class BridgeReport {

    private BridgeReport() {}

    static List<Map<String, Object>> of(List<BridgeState> bridges) {
        return bridges.stream().map(BridgeReport::describe).toList();
    }

    private static Map<String, Object> describe(BridgeState state) {
        Map<String, Object> bridge = new LinkedHashMap<>();
        bridge.put("name", state.name());
        bridge.put("state", state.address().isEmpty() ? "off" : state.connected() ? "connected" : "disconnected");
        bridge.put("connected", state.connected());
        bridge.put("since", state.since().toString());
        bridge.put("address", state.address());
        bridge.put("client_id", state.clientId());
        bridge.put("last_error", Objects.requireNonNullElse(state.lastError(), ""));
        bridge.put("buffered", state.buffered());
        bridge.put("buffered_bytes", state.bufferedBytes());
        bridge.put("oldest_seconds", state.oldestSeconds());
        bridge.put("in_flight", state.inFlight());
        bridge.put("acknowledged_out", state.out());
        bridge.put("acknowledged_in", state.in());
        bridge.put("redelivered", state.redelivered());
        Map<String, Object> dropped = new TreeMap<>();
        state.dropped().forEach((reason, count) -> dropped.put(reason.name().toLowerCase(Locale.ROOT), count));
        bridge.put("dropped", dropped);
        bridge.put("dead", state.dead());
        bridge.put("full", state.full());
        return bridge;
    }
}
