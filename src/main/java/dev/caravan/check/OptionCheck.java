package dev.caravan.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.DefaultEndpoint;

/** Finds options that must be numbers or times and are words: Camel takes {@code qos=one} and {@code period=often} for 0. */
final class OptionCheck {

    private static final Set<Class<?>> NUMBERS = Set.of(int.class, long.class, Integer.class, Long.class);
    private static final Pattern NUMBER_OR_TIME = Pattern.compile("-?(P|PT)?\\d.*|#.*|\\{\\{\\?.*");

    private OptionCheck() {}

    /** What is wrong with the options of an endpoint. */
    static List<Explanation> problems(Endpoint endpoint, Map<String, Object> options) {
        List<Explanation> found = new ArrayList<>();
        Component component = endpoint instanceof DefaultEndpoint known ? known.getComponent() : null;
        PropertyConfigurer configurer = component == null ? null : component.getEndpointPropertyConfigurer();
        if (configurer instanceof PropertyConfigurerGetter types) {
            options.forEach((name, value) -> {
                String text = String.valueOf(value);
                Class<?> type = types.getOptionType(name, true);
                if (type != null
                        && NUMBERS.contains(type)
                        && !NUMBER_OR_TIME.matcher(text).matches()) {
                    found.add(new Explanation(
                            "option '" + name + "' cannot be '" + text + "'",
                            "it must be a number, or a time such as 5s",
                            List.of(name + ":", name + "=", name)));
                }
            });
        }
        return found;
    }
}
