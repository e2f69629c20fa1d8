package dev.caravan.route;

/**
 * One YAML file as it was read.
 *
 * @param name the file's name, which is its identity within the folder
 * @param location how messages name it, for example {@code routes/x.camel.yaml}
 * @param text its content
 */
record RouteFile(String name, String location, String text) {

    static final String SUFFIX = ".camel.yaml";
}
