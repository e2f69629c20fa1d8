package dev.caravan.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.Processor;
import org.apache.camel.TypeConversionException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.EndpointUriFactory;
import org.jspecify.annotations.Nullable;

/**
 * What Camel's exception means for somebody who edits a file.
 *
 * @param message what is wrong
 * @param hint what would be right, or empty
 * @param words of the file that the message is about, the best first
 */
record Explanation(String message, String hint, List<String> words) {

    private static final Pattern UNKNOWN_OPTIONS = Pattern.compile("Unknown parameters=\\[\\{([^}]*)}]");
    private static final Pattern ENDPOINT =
            Pattern.compile("Failed to resolve endpoint: ([a-z0-9+.-]+):", Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_CONSTANT = Pattern.compile("No enum constant ([\\w.$]+)\\.(\\w*)$");
    private static final Pattern NOT_OF_ENUM =
            Pattern.compile("Enum class (?:class )?([\\w.$]+) does not have any constant with value: (\\S+)");
    private static final Pattern NOT_BOOLEAN =
            Pattern.compile("Cannot convert the String value: (.*) to type: boolean");
    private static final Pattern NO_PARAMETER =
            Pattern.compile("Route template (\\S+) the following mandatory parameters must be provided: (.*)");
    private static final Pattern NO_PROPERTY = Pattern.compile("Property with key \\[([^]]*)] not found");
    private static final Pattern NO_KAMELET = Pattern.compile("classpath:/?kamelets/(.+)\\.kamelet\\.yaml");
    private static final Pattern NO_TEMPLATE = Pattern.compile("Cannot find RouteTemplate with id (\\S+)");
    private static final Pattern NO_DATA_FORMAT = Pattern.compile("Data format '([^']*)' could not be created");
    private static final Pattern OPTION = Pattern.compile("\\boption '?(\\w+)");
    private static final Pattern QUOTED = Pattern.compile("'([^'\\s]{1,60})'");
    private static final String NO_SETTING = "no setting ";
    private static final int LONGEST = 400;

    /** Whether it is about a placeholder without a setting. */
    boolean isPlaceholder() {
        return message.startsWith(NO_SETTING);
    }

    static Explanation of(Throwable failure, CamelContext context) {
        Throwable cause = innermost(failure);
        String text = String.valueOf(failure.getMessage());
        Matcher options = UNKNOWN_OPTIONS.matcher(text);
        if (options.find()) {
            return unknownOption(options.group(1), scheme(text), context);
        }
        if (cause instanceof NoSuchEndpointException none) {
            String scheme = none.getUri().replaceFirst(":.*", "");
            return new Explanation(
                    "unknown component '" + scheme + "'",
                    Suggestion.of(scheme, components(context)),
                    List.of(scheme + ":", scheme));
        }
        if (cause instanceof NoSuchBeanException none) {
            return unknownBean(none.getName(), context);
        }
        if (cause instanceof NoSuchLanguageException none) {
            return new Explanation(
                    "unknown expression language '" + none.getLanguage() + "'",
                    "there are simple, constant, header, exchangeProperty, variable, tokenize",
                    List.of(none.getLanguage()));
        }
        SimpleIllegalSyntaxException simple = find(failure, SimpleIllegalSyntaxException.class);
        if (simple != null) {
            return new Explanation(
                    "the expression '" + simple.getExpression() + "' is not Simple: " + Syntax.firstLine(simple),
                    "",
                    List.of(String.valueOf(simple.getExpression())));
        }
        TypeConversionException conversion = find(failure, TypeConversionException.class);
        if (conversion != null) {
            return wrongType(String.valueOf(conversion.getValue()), conversion.getToType());
        }
        NoTypeConversionAvailableException none = find(failure, NoTypeConversionAvailableException.class);
        return none == null ? byText(cause, context) : wrongType(String.valueOf(none.getValue()), none.getToType());
    }

    private static Explanation unknownClass(String name) {
        return new Explanation(
                "unknown class '" + name + "'", "write its full name, for example java.io.IOException", List.of(name));
    }

    private static Explanation wrongType(String value, Class<?> type) {
        if (type == Class.class) {
            return unknownClass(value);
        }
        String hint = type == Duration.class
                ? "it must be a time such as 500 or 5s"
                : Number.class.isAssignableFrom(type) ? "it must be a number" : "";
        if (type.isEnum()) {
            hint = "there are " + words(type.getEnumConstants());
        }
        return new Explanation(
                "'" + value + "' is no " + type.getSimpleName(), hint, List.of(": " + value, "=" + value, value));
    }

    private static Explanation byText(Throwable cause, CamelContext context) {
        String text = Syntax.firstLine(cause);
        Matcher matcher = NO_PROPERTY.matcher(text);
        if (matcher.find()) {
            return unknownPlaceholder(matcher.group(1), List.of());
        }
        matcher = NO_KAMELET.matcher(text);
        if (matcher.find()) {
            String name = matcher.group(1);
            return new Explanation(
                    "there is no Kamelet '" + name + "'",
                    "it would be in a file " + name + RouteFile.KAMELET_SUFFIX + " beside this one",
                    List.of("kamelet:" + name, name));
        }
        matcher = NO_TEMPLATE.matcher(text);
        if (matcher.find()) {
            Collection<String> known = new TreeSet<>();
            ((org.apache.camel.model.ModelCamelContext) context)
                    .getRouteTemplateDefinitions()
                    .forEach(template -> known.add(template.getId()));
            return new Explanation(
                    "unknown template '" + matcher.group(1) + "'",
                    Suggestion.of(matcher.group(1), known),
                    List.of(matcher.group(1)));
        }
        matcher = NO_DATA_FORMAT.matcher(text);
        if (matcher.find()) {
            return new Explanation(
                    "the data format '" + matcher.group(1) + "' is not in Caravan",
                    "there are json and csv",
                    List.of());
        }
        for (Pattern pattern : List.of(NO_CONSTANT, NOT_OF_ENUM)) {
            matcher = pattern.matcher(text);
            if (matcher.find()) {
                return unknownConstant(matcher.group(1), matcher.group(2));
            }
        }
        matcher = NOT_BOOLEAN.matcher(text);
        if (matcher.find()) {
            return new Explanation(
                    "'" + matcher.group(1) + "' is neither true nor false",
                    "it must be true or false",
                    List.of(": " + matcher.group(1), matcher.group(1)));
        }
        matcher = NO_PARAMETER.matcher(text);
        if (matcher.find()) {
            return new Explanation(
                    "template '" + matcher.group(1) + "' misses: " + matcher.group(2),
                    "add under 'parameters:' a line '- {name: ..., value: ...}'",
                    List.of(matcher.group(1)));
        }
        if (cause instanceof ClassNotFoundException) {
            return unknownClass(text);
        }
        List<String> words = new ArrayList<>();
        matcher = OPTION.matcher(text);
        if (matcher.find()) {
            words.addAll(List.of(matcher.group(1) + ":", matcher.group(1) + "="));
        }
        Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            words.add(quoted.group(1));
        }
        return new Explanation(text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text, "", words);
    }

    private static Explanation unknownOption(String options, String scheme, CamelContext context) {
        String option = options.replaceFirst("[=,].*", "").strip();
        Collection<String> known = new TreeSet<>();
        EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
        if (factory != null) {
            known.addAll(factory.propertyNames());
        }
        return new Explanation(
                "unknown option '" + option + "' of '" + scheme + "'",
                Suggestion.of(option, known),
                List.of(option + ":", option + "=", option));
    }

    private static Explanation unknownBean(String name, CamelContext context) {
        return new Explanation(
                "there is no bean '" + name + "'", Suggestion.of(name, beans(context)), List.of("bean:" + name, name));
    }

    /** Names that routes may have meant: neither components nor what Camel keeps there for itself. */
    private static Collection<String> beans(CamelContext context) {
        Collection<String> names = new TreeSet<>();
        context.getRegistry().findByTypeWithName(Object.class).forEach((name, bean) -> {
            boolean isCamels = bean instanceof Component
                    || isCamels(bean.getClass())
                    || Arrays.stream(bean.getClass().getInterfaces()).anyMatch(Explanation::isCamels);
            if (!isCamels) {
                names.add(name);
            }
        });
        return names;
    }

    /** What a route may name by its bean is of the processors, or implements one of these. */
    private static boolean isCamels(Class<?> type) {
        return type.getName().startsWith("org.apache.camel.")
                && !type.getName().startsWith("org.apache.camel.processor.")
                && type != AggregationStrategy.class
                && type != Processor.class;
    }

    /** Components that routes may name and that are there. */
    static Collection<String> components(CamelContext context) {
        return Permissions.SCHEMES.stream()
                .filter(scheme -> hasComponent(context, scheme))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static boolean hasComponent(CamelContext context, String scheme) {
        return context.hasComponent(scheme) != null
                || context.getRegistry().lookupByName(scheme) instanceof Component
                || context.getClassResolver()
                                .loadResourceAsURL("META-INF/services/org/apache/camel/component/" + scheme)
                        != null;
    }

    static Explanation unknownPlaceholder(String key, Collection<String> known) {
        String near = known.isEmpty() ? "" : Suggestion.near(key, known);
        return new Explanation(
                NO_SETTING + "'" + key + "'",
                near.isEmpty()
                        ? "write '" + key + "=...' into config/application.properties"
                        : "did you mean '{{" + near + "}}'?",
                List.of("{{" + key));
    }

    private static String words(Object[] constants) {
        return Arrays.toString(constants).replaceAll("[\\[\\]]", "");
    }

    private static Explanation unknownConstant(String type, String value) {
        String known = "";
        try {
            Object[] constants = Class.forName(type, false, CamelContext.class.getClassLoader())
                    .getEnumConstants();
            known = constants == null ? "" : words(constants);
        } catch (ClassNotFoundException e) {
            known = "";
        }
        return new Explanation(
                "'" + value + "' is no " + type.replaceAll(".*[.$]", ""),
                known.isEmpty() ? "" : "there are " + known,
                List.of(value, value.toLowerCase(java.util.Locale.ROOT)));
    }

    private static String scheme(String text) {
        Matcher matcher = ENDPOINT.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static Throwable innermost(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null && last.getCause() != last) {
            last = last.getCause();
        }
        return last.getMessage() == null ? failure : last;
    }

    /** The first of a kind in a chain of causes. */
    static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
