package dev.caravan.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a test wants to come out of the routes. What is null or empty is not compared.
 *
 * @param line where it stands in the test file, from 1
 * @param to where it goes, as {@link Arrival#to}; ends with {@code :} for any endpoint of a component
 * @param text the CSV row or log line to the letter; of a dead letter or an error, a part of the reason
 * @param json the payload by value
 * @param jsonContains a part of the payload: of objects, the fields that are named here
 */
record Expected(
        int line,
        String to,
        @Nullable String topic,
        @Nullable String text,
        @Nullable Integer status,
        byte @Nullable [] payload,
        @Nullable JsonNode json,
        @Nullable JsonNode jsonContains,
        @Nullable Integer qos,
        @Nullable Boolean retain,
        Map<String, Object> headers,
        Map<String, String> userProperties) {

    boolean isFor(Arrival arrival) {
        return to.endsWith(":") ? arrival.to().startsWith(to) : arrival.to().equals(to);
    }
}
