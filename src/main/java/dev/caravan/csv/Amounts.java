package dev.caravan.csv;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as people write them: {@code 100MB}, {@code 30d}. A kilobyte is 1,024 bytes. */
final class Amounts {

    private static final Pattern BYTES = Pattern.compile("([1-9]\\d{0,8}) ?(KB|MB|GB)");
    private static final Pattern AGE = Pattern.compile("([1-9]\\d{0,5})([hd])");
    private static final Pattern COUNT = Pattern.compile("[1-9]\\d{0,8}");

    private Amounts() {}

    static boolean isBytes(String text) {
        return BYTES.matcher(text).matches();
    }

    static long bytes(String text) {
        Matcher matcher = matched(BYTES, text);
        int shift =
                switch (matcher.group(2)) {
                    case "KB" -> 10;
                    case "MB" -> 20;
                    default -> 30;
                };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    static boolean isAge(String text) {
        return AGE.matcher(text).matches();
    }

    static Duration age(String text) {
        Matcher matcher = matched(AGE, text);
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number);
    }

    static boolean isCount(String text) {
        return COUNT.matcher(text).matches();
    }

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an amount: '" + text + "'");
        }
        return matcher;
    }
}
