package dev.oar.cli;

import dev.oar.artifact.ModelFolder;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The image that a command changes, and what it shows. */
final class GivenImageOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--image", required = true, paramLabel = "FILE", description = "The image: PNG, JPEG or BMP.")
    private Path image = Path.of("");

    @Option(
            names = "--class",
            paramLabel = "X",
            description =
                    "The class of what is drawn (default: none, or the only one of the model; 'oar edit' needs one).")
    private @Nullable String className;

    /** The image as it was taken. */
    EditRunner.Given read(Optional<Path> mask) throws IOException {
        return new EditRunner.Given(image, mask, ImageReader.readWithAlpha(image, ImageLimits.DEFAULT));
    }

    /** The condition of the class; without one, that of a model's only class or none. */
    int condition(ModelFolder folder) {
        if (className != null) {
            return folder.classIndex(className);
        }
        return folder.manifest().classes().size() == 1
                ? 0
                : folder.manifest().space().unconditional();
    }

    /** The condition of the class, which must have been given. */
    int requiredCondition(ModelFolder folder) {
        if (className == null && spec != null) {
            throw new ParameterException(spec.commandLine(), "--class must say what the masked part becomes; add it");
        }
        return condition(folder);
    }
}
