package dev.caravan.export;

/** A part of a question that breaks a rule. The message names the parameter and the rule and goes to whoever asked. */
public final class QueryException extends Exception {

    private final String parameter;
    private final String rule;

    /**
     * @param parameter for example {@code from}
     * @param rule for example {@code must be a whole number}
     */
    public QueryException(String parameter, String rule) {
        // Questions are refused at the rate at which they come: no stack trace to fill, nothing to learn from one.
        super("'" + parameter + "' " + rule, null, false, false);
        this.parameter = parameter;
        this.rule = rule;
    }

    /** For example {@code from}. */
    public String parameter() {
        return parameter;
    }

    /** What comes after the parameter's name. */
    public String rule() {
        return rule;
    }
}
