package dev.caravan.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what must come: long enough for a machine that does ten other things. What waits ends as soon
 * as its condition holds, so only a failure takes that long. A condition that throws, because a file or an answer is not
 * there yet, does not hold yet; if that does not change, the failure names the exception as its cause.
 *
 * <p>JUnit finds it by {@code META-INF/services} and applies it to every class.
 */
public final class Patience implements BeforeAllCallback {

    /** For whoever waits by other means. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LIMIT);
        Awaitility.ignoreExceptionsByDefault();
    }
}
