package dev.caravan.fence;

import java.util.Map;
import org.apache.camel.Expression;
import org.apache.camel.language.bean.BeanExpression;
import org.apache.camel.language.bean.BeanLanguage;
import org.jspecify.annotations.Nullable;

/**
 * Camel's language for method calls without classes. Simple calls every method by it, in {@code ${body.size}} as in
 * {@code ${bean:name.method}}, and gives it the text as it is after values of the message were put in.
 */
final class RegisteredBeanLanguage extends BeanLanguage {

    // Places in the array that Camel passes.
    private static final int BEAN = 1;
    private static final int METHOD = 2;
    private static final int TYPE = 3;
    private static final int REF = 4;

    @Override
    public Expression createExpression(@Nullable String expression, Object @Nullable [] properties) {
        Object bean = at(properties, BEAN);
        Object ref = at(properties, REF);
        if (at(properties, TYPE) != null) {
            throw MethodCalls.refused("a method of the class '" + at(properties, TYPE) + "'");
        }
        if (ref != null) {
            bean = registered(ref.toString());
        }
        if (bean != null) {
            MethodCalls.demand(bean, (String) at(properties, METHOD));
        }
        return super.createExpression(expression, properties);
    }

    @Override
    protected BeanExpression createBeanExpression(String expression) {
        if (expression.startsWith("type:")) {
            throw MethodCalls.refused("a method of a class in '" + expression + "'");
        }
        BeanExpression call = super.createBeanExpression(expression);
        MethodCalls.demand(registered(call.getBeanName()), call.getMethod());
        return call;
    }

    /** Camel makes an object of a class with this. */
    @Override
    public <T> T evaluate(String script, Map<String, Object> bindings, Class<T> resultType) {
        throw MethodCalls.refused("a method of a class in '" + script + "'");
    }

    private Object registered(String name) {
        return RegisteredBeans.get(getCamelContext(), name);
    }

    private static @Nullable Object at(Object @Nullable [] properties, int index) {
        return properties == null || properties.length <= index ? null : properties[index];
    }
}
