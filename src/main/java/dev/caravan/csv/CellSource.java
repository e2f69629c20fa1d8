package dev.caravan.csv;

import dev.caravan.json.JsonPath;
import dev.caravan.json.SyntaxException;
import java.util.regex.Pattern;

/** Where the cells of a column come from. Immutable. */
sealed interface CellSource {

    /** A value of the payload. */
    record Field(JsonPath path) implements CellSource {}

    /** When the message was received, in UTC with milliseconds. */
    record Received() implements CellSource {}

    /** The Topic Name. */
    record Topic() implements CellSource {}

    /** A level of the Topic Name, counted from 1. */
    record TopicLevel(int number) implements CellSource {}

    /** A header of the exchange. */
    record Header(String name) implements CellSource {}

    /** The first MQTT 5 User Property of a name. */
    record UserProperty(String name) implements CellSource {}

    Pattern LEVEL = Pattern.compile("[1-9]\\d{0,2}");
    Pattern HEADER = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,99}");

    /** @throws IllegalArgumentException saying what a source is */
    static CellSource parse(String word) {
        if (word.startsWith("$")) {
            try {
                return new Field(JsonPath.parse(word));
            } catch (SyntaxException e) {
                throw new IllegalArgumentException("'" + word + "' is no path " + e.getMessage(), e);
            }
        }
        int colon = word.indexOf(':');
        String kind = colon < 0 ? word : word.substring(0, colon);
        String argument = colon < 0 ? "" : word.substring(colon + 1).strip();
        if (kind.equals("received") && colon < 0) {
            return new Received();
        }
        if (kind.equals("topic") && colon < 0) {
            return new Topic();
        }
        if (kind.equals("topic") && LEVEL.matcher(argument).matches()) {
            return new TopicLevel(Integer.parseInt(argument));
        }
        if (kind.equals("header") && HEADER.matcher(argument).matches()) {
            return new Header(argument);
        }
        if (kind.equals("property") && !argument.isEmpty()) {
            return new UserProperty(argument);
        }
        throw new IllegalArgumentException("a source must be '$.field', 'received', 'topic', 'topic:N' with N from 1, "
                + "'header:NAME' or 'property:NAME', was '" + word + "'");
    }
}
