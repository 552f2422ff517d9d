package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The image that a command changes, and what it shows. */
final class GivenImageOptions {
    @Option(
            names = "--image",
            required = true,
            paramLabel = "FILE",
            description = "The image: PNG, JPEG, WebP, GIF or BMP.")
    private Path image = Path.of("");

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    /** The image as it was taken. */
    EditRunner.Given read(Optional<Path> mask) throws IOException {
        return new EditRunner.Given(image, mask, ImageReader.readWithAlpha(image, ImageLimits.DEFAULT));
    }

    /**
     * What is painted, or nothing in particular if nothing was asked for.
     *
     * @throws IllegalArgumentException if the model cannot draw it, or it is more than one thing
     */
    Drawn subject(ModelFolder folder, TextEncoders encoders) throws IOException {
        Drawn drawn = subject.drawn(folder, encoders);
        if (drawn.conditions().size() > 1) {
            throw new IllegalArgumentException("an image is painted from one caption, but "
                    + drawn.conditions().size() + " were given; paint once for each");
        }
        return drawn;
    }

    /** As {@link #subject}, which must have been given. */
    Drawn requiredSubject(ModelFolder folder, TextEncoders encoders) throws IOException {
        if (!subject.given()) {
            throw new IllegalArgumentException((folder.drawsFromCaptions() ? "--caption" : "--class")
                    + " must say what the masked part becomes; add it");
        }
        return subject(folder, encoders);
    }
}
