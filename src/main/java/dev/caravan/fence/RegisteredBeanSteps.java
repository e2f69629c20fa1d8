package dev.caravan.fence;

import java.lang.reflect.Method;
import org.apache.camel.BeanScope;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.bean.DefaultBeanProcessorFactory;
import org.apache.camel.spi.BeanProcessorFactory;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** The step {@code bean} for beans of the registry. */
final class RegisteredBeanSteps implements BeanProcessorFactory {

    private final DefaultBeanProcessorFactory steps = new DefaultBeanProcessorFactory();

    RegisteredBeanSteps(CamelContext context) {
        steps.setCamelContext(context);
    }

    @Override
    public Processor createBeanProcessor(CamelContext context, Object bean, Method method) throws Exception {
        MethodCalls.demand(bean, method.getName());
        // Not before: Camel makes the component 'bean' with it.
        ServiceHelper.startService(steps);
        return steps.createBeanProcessor(context, bean, method);
    }

    @Override
    public Processor createBeanProcessor(
            CamelContext context,
            @Nullable Object bean,
            @Nullable String beanType,
            @Nullable Class<?> beanClass,
            @Nullable String ref,
            @Nullable String method,
            BeanScope scope)
            throws Exception {
        Object called = ref == null ? bean : RegisteredBeans.get(context, ref);
        if (called == null) {
            throw MethodCalls.refused("a method of the class '" + (beanType == null ? beanClass : beanType) + "'");
        }
        MethodCalls.demand(called, method);
        ServiceHelper.startService(steps);
        return steps.createBeanProcessor(context, bean, beanType, beanClass, ref, method, scope);
    }
}
