package dev.caravan.export;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value stands in a JSON payload: {@code $.gps.lat}, {@code $.values[0]}, {@code $['odd name']}, or {@code $} for
 * the payload itself. As a column also {@code gps.lat} and {@code values.0}.
 *
 * @param steps names of fields; of an array its index as decimal digits
 */
record PayloadPath(List<String> steps) {

    static final int MAX_STEPS = 32;

    PayloadPath {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a path without quotes and brackets, as columns name it.
     *
     * @throws QueryException naming the rule
     */
    static PayloadPath ofColumn(String parameter, String text) throws QueryException {
        if (text.equals("$")) {
            return new PayloadPath(List.of());
        }
        String path = text.startsWith("$.") ? text.substring(2) : text;
        List<String> steps = new ArrayList<>();
        for (String step : path.split("\\.", -1)) {
            if (step.isEmpty()) {
                throw new QueryException(parameter, "has a path with an empty name: '" + text + "'");
            }
            steps.add(step);
        }
        if (steps.size() > MAX_STEPS) {
            throw new QueryException(parameter, "has a path of more than " + MAX_STEPS + " names");
        }
        return new PayloadPath(steps);
    }
}
