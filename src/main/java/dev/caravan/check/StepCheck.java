package dev.caravan.check;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.reifier.language.ExpressionReifier;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/** Looks at each step of a route by itself, so that one that is wrong does not hide the next. */
final class StepCheck {

    /** Takes what Camel says of a step, with its line. */
    interface Failures {
        void add(Throwable failure, int line);
    }

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

    void check(RouteDefinition route) {
        endpoint(route.getInput().getEndpointUri(), route.getInput().getLineNumber());
        for (ProcessorDefinition<?> step : steps(route)) {
            int line = step.getLineNumber();
            if (step instanceof ToDynamicDefinition dynamic) {
                String scheme = Permissions.scheme(String.valueOf(dynamic.getUri()));
                if (!scheme.contains("$")) {
                    permitted(String.valueOf(dynamic.getUri()), line);
                }
            } else if (step instanceof EndpointRequiredDefinition sender) {
                endpoint(sender.getEndpointUri(), line);
            }
            if (step instanceof ExpressionNode withExpression && withExpression.getExpression() != null) {
                expression(withExpression.getExpression(), line);
            }
            if (step instanceof BeanDefinition bean && bean.getRef() != null) {
                method(bean.getRef(), bean.getMethod(), line);
            }
        }
    }

    private static Collection<ProcessorDefinition<?>> steps(RouteDefinition route) {
        List<ProcessorDefinition<?>> steps = new ArrayList<>();
        for (Object step :
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)) {
            steps.add((ProcessorDefinition<?>) step);
        }
        return steps;
    }

    private void endpoint(@Nullable String given, int line) {
        if (given == null) {
            return;
        }
        try {
            String uri = context.resolvePropertyPlaceholders(given);
            if (permitted(uri, line)) {
                context.getEndpoint(uri);
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
        boolean exists = context.hasComponent(scheme) != null || isOnClassPath(scheme);
        problems.accept(places.problem(
                line,
                List.of(scheme + ":", scheme),
                exists ? Permissions.refused(scheme) : "unknown component '" + scheme + "'",
                exists
                        ? "there are " + String.join(", ", Permissions.SCHEMES)
                        : Suggestion.of(scheme, Permissions.SCHEMES)));
        return false;
    }

    private boolean isOnClassPath(String scheme) {
        return context.getClassResolver().loadResourceAsURL("META-INF/services/org/apache/camel/component/" + scheme)
                != null;
    }

    private void expression(ExpressionDefinition expression, int line) {
        try {
            ExpressionReifier.reifier(context, expression).createExpression();
        } catch (Exception e) {
            failures.add(e, line);
        }
    }

    /** Camel finds out about a method with the first message. */
    private void method(String beanName, @Nullable String call, int line) {
        Object bean = context.getRegistry().lookupByName(beanName);
        if (bean == null) {
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
