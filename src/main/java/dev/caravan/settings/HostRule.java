package dev.caravan.settings;

import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which names a request may carry in Host and Origin, so that no foreign web page reaches this server through the
 * visitor's browser: not by a name of its own that resolves to this machine (DNS rebinding), not by a form or script.
 *
 * <p>On loopback: loopback names and the allowed ones. Beyond loopback any name, unless names are allowed by setting:
 * then those, loopback names and plain addresses, which no DNS answer can bend. Immutable.
 */
public final class HostRule {

    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-f:.]{2,45}]|[a-z0-9](?:[a-z0-9._-]{0,252}))(?::[0-9]{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

    private final boolean loopback;
    private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    private final boolean namesAreSet;

    /** @param loopback whether the server listens on loopback only */
    public HostRule(boolean loopback, Collection<String> allowedHosts) {
        this.loopback = loopback;
        this.namesAreSet = !allowedHosts.isEmpty();
        allowedHosts.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether a request may name this host, as its Host header has it. */
    public boolean allowsHost(@Nullable String header) {
        String name = name(header);
        if (name == null) {
            return false;
        }
        if (names.contains(name)) {
            return true;
        }
        return !loopback && (!namesAreSet || ADDRESS.matcher(name).matches());
    }

    /** Whether a page of this origin may send a request that changes something to the given host. */
    public boolean allowsOrigin(String origin, @Nullable String hostHeader) {
        String authority;
        try {
            URI uri = URI.create(origin);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            authority = web ? uri.getRawAuthority() : null;
        } catch (IllegalArgumentException e) {
            return false;
        }
        String name = name(authority);
        if (name == null) {
            return false;
        }
        // On loopback the host was checked against the same names, so this lets the page itself in and no other.
        return names.contains(name) || name.equals(name(hostHeader));
    }

    private static @Nullable String name(@Nullable String authority) {
        if (authority == null) {
            return null;
        }
        Matcher matcher = HOST.matcher(authority.toLowerCase(Locale.ROOT));
        return matcher.matches() ? matcher.group(1) : null;
    }
}
