package dev.caravan.broker;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes a name without certain characters, each as {@code %} and its code, and reads it back. A name that has neither
 * these characters nor their codes stays as it is; no two names are written alike. Immutable.
 */
final class NameCode {

    private final String characters;
    private final Pattern plain;
    private final Pattern coded;

    /** @param characters each below U+0080 and none of them {@code %} or a hexadecimal digit */
    NameCode(String characters) {
        this.characters = characters;
        String codes = characters.chars().mapToObj(NameCode::code).collect(Collectors.joining("|"));
        // What looks like a code gets a 25, the code of %, put in; so does what looks like one that got it.
        plain = Pattern.compile("[" + Pattern.quote(characters) + "]|%(?=(?:25)*(?:" + codes + "))");
        coded = Pattern.compile("%((?:25)*)(" + codes + ")");
    }

    String write(String name) {
        if (name.indexOf('%') < 0 && !isUsedIn(name)) {
            return name;
        }
        return plain.matcher(name)
                .replaceAll(match -> match.group().equals("%")
                        ? "%25"
                        : "%" + code(match.group().charAt(0)));
    }

    String read(String written) {
        if (written.indexOf('%') < 0) {
            return written;
        }
        return coded.matcher(written).replaceAll(match -> {
            String marks = match.group(1);
            return Matcher.quoteReplacement(
                    marks.isEmpty()
                            ? Character.toString((char) Integer.parseInt(match.group(2), 16))
                            : "%" + marks.substring(2) + match.group(2));
        });
    }

    /** Whether a name has one of the characters, so that it was not written by this code. */
    boolean isUsedIn(String name) {
        for (int i = 0; i < characters.length(); i++) {
            if (name.indexOf(characters.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String code(int character) {
        return Integer.toHexString(character).toUpperCase(Locale.ROOT);
    }
}
