package dev.caravan.check;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ConvertBodyDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.support.LanguageSupport;
import org.jspecify.annotations.Nullable;

/** Parts of steps that Camel looks at only when it builds the whole route, and stops at the first. */
final class StepParts {

    private StepParts() {}

    /** Whether the step's expression must be true or false. */
    static boolean decides(ProcessorDefinition<?> step) {
        return step instanceof FilterDefinition
                || step instanceof ValidateDefinition
                || step instanceof LoopDefinition loop && "true".equals(loop.getDoWhile());
    }

    /** The key that a step cannot do without and does not have, or null. */
    static @Nullable String missingKey(ProcessorDefinition<?> step) {
        if (step instanceof SetHeaderDefinition set) {
            return ifEmpty(set.getName(), "name");
        }
        if (step instanceof SetPropertyDefinition set) {
            return ifEmpty(set.getName(), "name");
        }
        if (step instanceof SetVariableDefinition set) {
            return ifEmpty(set.getName(), "name");
        }
        if (step instanceof LogDefinition log) {
            return ifEmpty(log.getMessage(), "message");
        }
        if (step instanceof ConvertBodyDefinition convert) {
            return ifEmpty(convert.getType(), "type");
        }
        if (step instanceof CatchDefinition caught) {
            return caught.getExceptions().isEmpty() ? "exception" : null;
        }
        return step instanceof AggregateDefinition aggregate && aggregate.getExpression() == null
                ? "correlationExpression"
                : null;
    }

    private static @Nullable String ifEmpty(@Nullable String value, String key) {
        return value == null || value.isBlank() ? key : null;
    }

    /** Names among a step's values that are of no class. */
    static List<String> unknownClasses(ProcessorDefinition<?> step, CamelContext context) {
        List<String> named = new ArrayList<>();
        if (step instanceof CatchDefinition caught) {
            named.addAll(caught.getExceptions());
        } else if (step instanceof OnExceptionDefinition handled) {
            named.addAll(handled.getExceptions());
        } else if (step instanceof ThrowExceptionDefinition thrown && thrown.getExceptionType() != null) {
            named.add(thrown.getExceptionType());
        } else if (step instanceof ConvertBodyDefinition convert && convert.getType() != null) {
            named.add(convert.getType());
        }
        return named.stream()
                .filter(name -> !name.contains("{{")
                        && !name.isBlank()
                        && context.getClassResolver().resolveClass(name) == null)
                .toList();
    }

    /** Makes the text of a log step as Camel does. */
    static void tryText(ProcessorDefinition<?> step, CamelContext context) {
        if (step instanceof LogDefinition log && log.getMessage() != null && log.getLogLanguage() == null) {
            String text = context.resolvePropertyPlaceholders(log.getMessage());
            if (text != null && LanguageSupport.hasSimpleFunction(text)) {
                context.resolveLanguage("simple").createExpression(text);
            }
        }
    }
}
