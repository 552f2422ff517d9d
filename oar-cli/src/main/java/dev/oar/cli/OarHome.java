package dev.oar.cli;

import java.nio.file.Path;

/** The folder that recipes, bundled models and data lie in. */
final class OarHome {
    /** The system property that the launcher sets. */
    static final String PROPERTY = "oar.home";

    private OarHome() {}

    /** The folder the launcher stands in; without the launcher, the current folder. */
    static Path directory() {
        return Path.of(System.getProperty(PROPERTY, "")).toAbsolutePath().normalize();
    }
}
