package dev.caravan.check;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ConvertBodyDefinition;
import org.apache.camel.model.DataFormatDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ExpressionSubElementDefinition;
import org.apache.camel.model.MarshalDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SortDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TransformDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.reifier.dataformat.DataFormatReifier;
import org.apache.camel.reifier.language.ExpressionReifier;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/** Looks at each step of a route by itself, so that one that is wrong does not hide the next. */
final class StepCheck {

    /** Takes what Camel says of a step, with its line. */
    interface Failures {
        void add(Throwable failure, int line);
    }

    /** Where the route of a Kamelet goes on in the route that uses it. */
    private static final String TEMPLATE_END = "kamelet:";

    private final CamelContext context;
    private final Failures failures;
    private final Consumer<Problem> problems;
    private final Places places;

    StepCheck(CamelContext context, Failures failures, Consumer<Problem> problems, Places places) {
        this.context = context;
        this.failures = failures;
        this.problems = problems;
        this.places = places;
    }

    /** Looks only for components that are not allowed: a template's endpoints exist when it is filled in. */
    void checkPermissions(RouteDefinition template) {
        reachable(template.getInput().getEndpointUri(), template.getInput().getLineNumber());
        for (ProcessorDefinition<?> step : steps(template.getOutputs())) {
            if (step instanceof ToDynamicDefinition dynamic && dynamic.getUri() != null) {
                reachable(dynamic.getUri(), step.getLineNumber());
            } else if (step instanceof EndpointRequiredDefinition sender && sender.getEndpointUri() != null) {
                reachable(sender.getEndpointUri(), step.getLineNumber());
            }
        }
    }

    private void reachable(String uri, int line) {
        if (Permissions.scheme(uri).contains("{{")) {
            problems.accept(places.problem(
                    line,
                    List.of(uri),
                    "the component of '" + uri + "' is a parameter",
                    "write it out, for example 'paho-mqtt5:{{topic}}'"));
        } else if (!uri.startsWith(TEMPLATE_END)) {
            written(uri, line);
        }
    }

    void check(RouteDefinition route) {
        endpoint(route.getInput().getEndpointUri(), route.getInput().getLineNumber());
        check(route.getOutputs());
    }

    void check(List<? extends ProcessorDefinition<?>> outputs) {
        for (ProcessorDefinition<?> step : steps(outputs)) {
            int line = step.getLineNumber();
            if (step instanceof ToDynamicDefinition dynamic) {
                dynamic(dynamic, line);
            } else if (step instanceof EndpointRequiredDefinition sender) {
                if (isBlank(sender.getEndpointUri())) {
                    missing(step, line, "uri", "say where it sends to");
                } else {
                    endpoint(sender.getEndpointUri(), line);
                }
            }
            parts(step, line);
            if (step instanceof OnExceptionDefinition rule) {
                Stream.of(rule.getHandled(), rule.getContinued(), rule.getRetryWhile())
                        .filter(Objects::nonNull)
                        .map(ExpressionSubElementDefinition::getExpressionType)
                        .filter(Objects::nonNull)
                        .forEach(expression -> expression(expression, true, line));
            }
            if (step instanceof ChoiceDefinition choice) {
                choice.getWhenClauses().stream()
                        .filter(when -> when.getExpression() != null)
                        .forEach(when -> expression(when.getExpression(), true, when.getLineNumber()));
            }
            if (step instanceof ExpressionNode withExpression) {
                if (withExpression.getExpression() != null) {
                    expression(withExpression.getExpression(), StepParts.decides(step), line);
                } else if (!(step instanceof SortDefinition || step instanceof TransformDefinition)) {
                    missing(step, line, "expression", "for example 'simple: ${body}'");
                }
            }
            DataFormatDefinition format = step instanceof UnmarshalDefinition unmarshal
                    ? unmarshal.getDataFormatType()
                    : step instanceof MarshalDefinition marshal ? marshal.getDataFormatType() : null;
            if (format != null) {
                dataFormat(format, line);
            }
            if (step instanceof BeanDefinition bean
                    && bean.getRef() != null
                    && !bean.getRef().startsWith("#class:")) {
                method(bean.getRef(), bean.getMethod(), line);
            }
        }
    }

    private void dynamic(ToDynamicDefinition step, int line) {
        if (isBlank(step.getUri())) {
            missing(step, line, "uri", "say where it sends to");
            return;
        }
        try {
            written(withValues(step.getUri()), line);
        } catch (RuntimeException e) {
            failures.add(e, line);
        }
    }

    private void written(String uri, int line) {
        if (Permissions.scheme(uri).contains("$")) {
            problems.accept(places.problem(
                    line,
                    List.of(uri),
                    "the component of '" + uri + "' comes from the message",
                    "write it out, for example 'paho-mqtt5:${header.topic}'"));
        } else {
            permitted(uri, line);
        }
    }

    private static boolean isBlank(@Nullable String uri) {
        return uri == null || uri.isBlank();
    }

    /** As Camel does it for an endpoint: {@code {{?key}}} without a setting stays, and takes its option away with it. */
    private String withValues(String uri) {
        return context.getCamelContextExtension().resolvePropertyPlaceholders(uri, true);
    }

    private void missing(ProcessorDefinition<?> step, int line, String key, String hint) {
        problems.accept(places.problem(
                line, List.of(step.getShortName()), "'" + step.getShortName() + "' has no '" + key + "'", hint));
    }

    private void dataFormat(DataFormatDefinition format, int line) {
        try {
            DataFormatReifier.reifier(context, format).createDataFormat();
        } catch (Exception e) {
            failures.add(e, line);
        }
    }

    static Collection<ProcessorDefinition<?>> steps(List<? extends ProcessorDefinition<?>> outputs) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        for (Object step :
                ProcessorDefinitionHelper.filterTypeInOutputs(List.copyOf(outputs), ProcessorDefinition.class)) {
            steps.add((ProcessorDefinition<?>) step);
        }
        return steps;
    }

    private void endpoint(String given, int line) {
        try {
            String uri = withValues(given);
            if (permitted(uri, line)) {
                Endpoint endpoint = context.getEndpoint(uri);
                OptionCheck.problems(endpoint, URISupport.parseQuery(URISupport.extractQuery(uri)))
                        .forEach(wrong ->
                                problems.accept(places.problem(line, wrong.words(), wrong.message(), wrong.hint())));
                if (uri.startsWith("bean:")) {
                    String name = uri.replaceFirst("bean:/*", "").replaceFirst("\\?.*", "");
                    Object method =
                            URISupport.parseQuery(URISupport.extractQuery(uri)).get("method");
                    method(name, method == null ? null : String.valueOf(method), line);
                }
            }
        } catch (Exception e) {
            failures.add(e, line);
        }
    }

    private boolean permitted(String uri, int line) {
        String scheme = Permissions.scheme(uri);
        if (Permissions.isAllowed(uri)) {
            return true;
        }
        boolean exists = Explanation.hasComponent(context, scheme);
        problems.accept(places.problem(
                line,
                List.of(scheme + ":", scheme),
                exists ? Permissions.refused(scheme) : "unknown component '" + scheme + "'",
                exists
                        ? "there are " + String.join(", ", Explanation.components(context))
                        : Suggestion.of(scheme, Explanation.components(context))));
        return false;
    }

    private void parts(ProcessorDefinition<?> step, int line) {
        String missing = StepParts.missingKey(step);
        if (missing != null) {
            missing(step, line, missing, "add '" + missing + ": ...'");
        }
        for (String name : StepParts.unknownClasses(step, context)) {
            problems.accept(places.problem(
                    line,
                    List.of(name),
                    "unknown class '" + name + "'",
                    step instanceof ConvertBodyDefinition
                            ? "for example String, byte[] or java.util.Map"
                            : "write its full name, for example java.io.IOException"));
        }
        try {
            StepParts.tryText(step, context);
        } catch (RuntimeException e) {
            failures.add(e, line);
        }
    }

    private void expression(ExpressionDefinition expression, boolean decides, int line) {
        if (expression instanceof MethodCallExpression call && call.getRef() != null) {
            method(call.getRef(), call.getMethod(), line);
        }
        try {
            ExpressionReifier<?> reifier = ExpressionReifier.reifier(context, expression);
            if (decides) {
                reifier.createPredicate();
            } else {
                reifier.createExpression();
            }
        } catch (Exception e) {
            failures.add(e, line);
        }
    }

    /** Camel finds out about a method with the first message. */
    private void method(String beanName, @Nullable String call, int line) {
        Object bean = context.getRegistry().lookupByName(beanName);
        if (bean == null) {
            // Camel would take a class of that name.
            failures.add(new NoSuchBeanException(beanName), line);
            return;
        }
        if (call == null || call.isBlank()) {
            return;
        }
        String name = call.replaceFirst("\\(.*", "").strip();
        Collection<String> known = new TreeSet<>(Arrays.stream(bean.getClass().getMethods())
                .filter(m -> m.getDeclaringClass() != Object.class)
                .map(Method::getName)
                .toList());
        if (!known.contains(name)) {
            problems.accept(places.problem(
                    line,
                    List.of(name),
                    "bean '" + beanName + "' has no method '" + name + "'",
                    Suggestion.of(name, known)));
        }
    }
}
