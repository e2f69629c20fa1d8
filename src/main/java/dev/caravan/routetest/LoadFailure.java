package dev.caravan.routetest;

/** What Camel throws for a route that does not load, in one line. */
final class LoadFailure {

    private static final int LONGEST = 400;

    private LoadFailure() {}

    static String describe(Throwable failure) {
        String message = "";
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t.getMessage() != null && !t.getMessage().isBlank()) {
                message = t.getMessage();
            }
        }
        String line = message.isEmpty()
                ? failure.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
