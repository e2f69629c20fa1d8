package dev.caravan.routetest;

/** How tests name an endpoint: its URI without options, {@code paho-mqtt5:a/b}. */
final class Address {

    private Address() {}

    static String of(String uri) {
        int mark = uri.indexOf('?');
        String bare = mark < 0 ? uri : uri.substring(0, mark);
        int colon = bare.indexOf(':');
        if (colon < 0) {
            return bare;
        }
        String rest = bare.substring(colon + 1);
        // Camel writes scheme://rest for what its users write scheme:rest.
        return bare.substring(0, colon + 1) + (rest.startsWith("//") ? rest.substring(2) : rest);
    }

    static String scheme(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }
}
