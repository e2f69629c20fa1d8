package dev.caravan.fence;

import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.FactoryFinder;
import org.apache.camel.spi.FactoryFinderResolver;
import org.apache.camel.spi.LanguageResolver;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;

/**
 * Keeps a context that runs or judges routes from running programs, loading classes and reading files for them. What a
 * file says is refused with its line when it is judged; this stands behind that where Camel makes names into things, so
 * that neither another spelling nor a text that a message completes gets round it.
 */
public final class Fence {

    private Fence() {}

    /** Does nothing the second time. Do it before routes are added; the context's own parts may be there already. */
    public static void around(CamelContext context) {
        if (context.getClassResolver() instanceof AllowedClasses) {
            return;
        }
        ExtendedCamelContext extended = context.getCamelContextExtension();
        ClassResolver all = context.getClassResolver();
        // What Camel finds by its own files is Camel's choice, not the route's.
        extended.addContextPlugin(
                FactoryFinderResolver.class, new OwnFactories(PluginHelper.getFactoryFinderResolver(context), all));
        context.setClassResolver(new AllowedClasses(context, all));
        extended.addContextPlugin(
                ComponentResolver.class, new AllowedComponents(PluginHelper.getComponentResolver(context)));
        extended.addContextPlugin(
                LanguageResolver.class, new AllowedLanguages(PluginHelper.getLanguageResolver(context)));
        extended.addContextPlugin(BeanProcessorFactory.class, new RegisteredBeanSteps(context));
        extended.addContextPlugin(ResourceLoader.class, new NoResources(context));
    }

    private record OwnFactories(FactoryFinderResolver made, ClassResolver all) implements FactoryFinderResolver {

        @Override
        public FactoryFinder resolveFactoryFinder(ClassResolver ignored, String path) {
            return made.resolveFactoryFinder(all, path);
        }

        @Override
        public FactoryFinder resolveBootstrapFactoryFinder(ClassResolver ignored, String path) {
            return made.resolveBootstrapFactoryFinder(all, path);
        }
    }
}
