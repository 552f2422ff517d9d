package dev.oar.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The image that a command changes. */
final class GivenImageOptions {
    @Option(names = "--image", required = true, paramLabel = "FILE", description = "The image: PNG, JPEG or BMP.")
    private Path image = Path.of("");

    Path file() {
        return image;
    }
}
