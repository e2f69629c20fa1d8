package dev.caravan.fence;

import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.language.simple.SimpleNoFileLanguage;
import org.apache.camel.spi.Language;
import org.apache.camel.spi.LanguageResolver;

/** The expression languages of routes; {@code bean} only calls what {@link MethodCalls} permits. */
record AllowedLanguages(LanguageResolver found) implements LanguageResolver {

    private static final Set<String> NAMES =
            new TreeSet<>(Set.of("constant", "exchangeProperty", "header", "ref", "simple", "tokenize", "variable"));

    @Override
    public Language resolveLanguage(String name, CamelContext context) {
        if (name.equals("bean")) {
            return new RegisteredBeanLanguage();
        }
        if (name.equals("simple-no-file")) {
            // Camel takes it by its class, for addresses that expressions make.
            return new SimpleNoFileLanguage();
        }
        if (!NAMES.contains(name)) {
            throw new NoSuchLanguageException(name);
        }
        return found.resolveLanguage(name, context);
    }
}
