package dev.caravan;

import java.util.Objects;

/** The version of this program, from the manifest of its jar. */
final class Version {

    static final String TEXT =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
