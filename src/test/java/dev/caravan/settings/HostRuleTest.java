package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class HostRuleTest {

    @Test
    void onLoopbackOnlyLoopbackAndAllowedNamesCount() {
        HostRule rule = new HostRule(true, Set.of("Caravan.Example"));

        assertThat(rule.allowsHost("localhost:1")).isTrue();
        assertThat(rule.allowsHost("caravan.example")).isTrue();
        assertThat(rule.allowsHost("192.168.1.5:8080")).isFalse();
        assertThat(rule.allowsHost("evil.example")).isFalse();
        assertThat(rule.allowsHost(null)).isFalse();
    }

    @Test
    void beyondLoopbackAnyNameCountsUntilNamesAreSet() {
        HostRule open = new HostRule(false, Set.of());
        HostRule named = new HostRule(false, Set.of("caravan.example"));

        assertThat(open.allowsHost("bridge.lan:8080")).isTrue();
        assertThat(named.allowsHost("bridge.lan:8080")).isFalse();
        assertThat(named.allowsHost("caravan.example")).isTrue();
        assertThat(named.allowsHost("192.168.1.5:8080")).isTrue();
        assertThat(named.allowsHost("[fe80::1]:8080")).isTrue();
        assertThat(open.allowsHost("a b")).isFalse();
    }

    @Test
    void changesComeFromTheSameHostOnly() {
        HostRule open = new HostRule(false, Set.of());

        assertThat(open.allowsOrigin("http://bridge.lan:8080", "bridge.lan:8080"))
                .isTrue();
        assertThat(open.allowsOrigin("http://evil.example", "bridge.lan:8080")).isFalse();
        assertThat(open.allowsOrigin("null", "bridge.lan:8080")).isFalse();
    }
}
