package dev.caravan.fence;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.component.bean.BeanComponent;

/** {@code bean:} for beans of the registry; Camel's own takes a class where there is no bean of a name. */
final class RegisteredBeans extends BeanComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) throws Exception {
        Object method = parameters.get("method");
        MethodCalls.demand(get(getCamelContext(), name), method == null ? null : method.toString());
        return super.createEndpoint(uri, name, parameters);
    }

    /** @throws NoSuchBeanException if the registry has no bean of the name */
    static Object get(CamelContext context, String name) {
        Object bean = context.getRegistry().lookupByName(name);
        if (bean == null || bean instanceof Class<?>) {
            throw new NoSuchBeanException(name);
        }
        return bean;
    }
}
