package dev.caravan.csv;

import dev.caravan.json.JsonPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A column of the file: {@code name[:type][=source][|source...]}. Without {@code =} the first source is the field of
 * the column's own name, whatever characters it has. A name with one of {@code , | : = "} stands in double quotes, and a
 * double quote in it twice. Immutable.
 *
 * @param name header of the column
 * @param type what its cells may be
 * @param sources where the cell comes from: the first that has a value other than null
 */
record Column(String name, CellType type, List<CellSource> sources) {

    Column {
        sources = List.copyOf(sources);
    }

    /** A column of the field of its name. */
    static Column ofField(String name) {
        return new Column(name, CellType.ANY, List.of(new CellSource.Field(JsonPath.ofField(name))));
    }

    /**
     * @param text columns separated by commas
     * @throws IllegalArgumentException naming every broken column
     */
    static List<Column> parseAll(String text) {
        List<Column> columns = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String word : split(text, ',')) {
            number++;
            try {
                Column column = parse(word.strip());
                columns.add(column);
                if (!names.add(column.name)) {
                    problems.add("column " + number + ": '" + column.name + "' is given twice");
                }
            } catch (IllegalArgumentException e) {
                problems.add("column " + number + ": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("'columns': " + String.join("; ", problems));
        }
        return List.copyOf(columns);
    }

    /** @throws IllegalArgumentException naming the first broken source */
    static List<CellSource> parseSources(String text) {
        return split(text, '|').stream()
                .map(String::strip)
                .map(CellSource::parse)
                .toList();
    }

    private static Column parse(String word) {
        int end = endOfName(word);
        String name = unquote(word.substring(0, end).strip());
        if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a column must have a name, was '" + word + "'");
        }
        try {
            return rest(name, word.substring(end));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + name + "': " + e.getMessage(), e);
        }
    }

    private static Column rest(String name, String text) {
        String rest = text;
        CellType type = CellType.ANY;
        if (rest.startsWith(":")) {
            int end = 1;
            while (end < rest.length() && "=|".indexOf(rest.charAt(end)) < 0) {
                end++;
            }
            type = CellType.named(rest.substring(1, end).strip());
            rest = rest.substring(end);
        }
        List<CellSource> sources = new ArrayList<>();
        if (!rest.startsWith("=")) {
            sources.addAll(ofField(name).sources);
        }
        if (!rest.isEmpty()) {
            sources.addAll(parseSources(rest.substring(1)));
        }
        return new Column(name, type, sources);
    }

    private static int endOfName(String word) {
        int at = 0;
        if (word.startsWith("\"")) {
            at = endOfQuoted(word, 0);
            while (at < word.length() && word.charAt(at) == ' ') {
                at++;
            }
            if (at < word.length() && ":=|".indexOf(word.charAt(at)) < 0) {
                throw new IllegalArgumentException(
                        "after a quoted name comes ':', '=', '|' or ',', was '" + word + "'");
            }
            return at;
        }
        while (at < word.length() && ":=|".indexOf(word.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static int endOfQuoted(String text, int from) {
        int at = from + 1;
        while (at < text.length()) {
            if (text.charAt(at) != '"') {
                at++;
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                at += 2;
            } else {
                return at + 1;
            }
        }
        throw new IllegalArgumentException("a double quote is not closed in '" + text + "'");
    }

    private static String unquote(String name) {
        if (!name.startsWith("\"")) {
            if (name.indexOf('"') >= 0) {
                throw new IllegalArgumentException(
                        "a name with a double quote stands in double quotes, was '" + name + "'");
            }
            return name;
        }
        return name.substring(1, name.length() - 1).replace("\"\"", "\"");
    }

    /** At each separator outside quotes; quotes open a name or follow the bracket of a path. */
    private static List<String> split(String text, char separator) {
        List<String> words = new ArrayList<>();
        int from = 0;
        char quote = 0;
        boolean inBrackets = false;
        char before = separator;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\' && inBrackets) {
                    i++;
                }
                quote = c == quote ? 0 : quote;
            } else if (c == separator) {
                words.add(text.substring(from, i));
                from = i + 1;
            } else if (c == '"' && (before == separator || before == '[' || before == '"')
                    || c == '\'' && before == '[') {
                quote = c;
                inBrackets = before == '[';
            }
            before = c == ' ' ? before : c;
        }
        words.add(text.substring(from));
        return words;
    }
}
