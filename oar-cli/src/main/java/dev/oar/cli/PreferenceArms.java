package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.config.Spelling;
import dev.oar.preference.ArmFolder;
import dev.oar.preference.ArmImages;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The arms of a preference study: sets of images that are there, and models that are to draw some. */
final class PreferenceArms {
    @Option(
            names = "--a",
            paramLabel = "DIR|MODEL:ARM",
            description = {
                "What is compared: a folder, zip or .npz of images, or a model and its arm, which draws them. Images of two arms are paired by",
                "the class or caption, seed and index that their PNGs tell; of folders where not all do, by the names of files."
            })
    private @Nullable String a;

    @Option(names = "--b", paramLabel = "DIR|MODEL:ARM", description = "What it is compared with.")
    private @Nullable String b;

    @Option(names = "--c", paramLabel = "DIR|MODEL:ARM", description = "A third arm; every two arms are compared then.")
    private @Nullable String c;

    @Option(names = "--d", paramLabel = "DIR|MODEL:ARM", description = "A fourth arm.")
    private @Nullable String d;

    @Option(
            names = "--image-size",
            paramLabel = "PIXELS",
            description = "Crop and resize all images to squares of this side (default: they must be of one size).")
    private @Nullable Integer imageSize;

    /**
     * A model that is to draw an arm.
     *
     * @param compared the arm of the study
     * @param folder the model
     * @param arm which of its transformers
     */
    record ModelArm(ComparedArm compared, ModelFolder folder, Arm arm) {}

    /** Arms as they were given, by name. */
    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "a", a);
        put(given, "b", b);
        put(given, "c", c);
        put(given, "d", d);
        return given;
    }

    private static void put(Map<String, String> given, String name, @Nullable String source) {
        if (source != null) {
            given.put(name, source);
        }
    }

    /** Whether the two arms that every study has were given. */
    boolean complete() {
        return a != null && b != null;
    }

    /** The side that images are brought to, if one was given. */
    OptionalInt side() {
        return imageSize == null ? OptionalInt.empty() : OptionalInt.of(imageSize);
    }

    /** Opens the sets of images among the arms; close them after use. */
    List<ArmFolder> folders() throws IOException {
        List<ArmFolder> folders = new ArrayList<>();
        try {
            for (Map.Entry<String, String> arm : given().entrySet()) {
                Path path = Path.of(arm.getValue());
                if (isSet(path)) {
                    folders.add(ArmFolder.open(new ComparedArm(arm.getKey(), arm.getValue()), path, side()));
                }
            }
            return folders;
        } catch (IOException | RuntimeException e) {
            for (ArmFolder folder : folders) {
                folder.close();
            }
            throw e;
        }
    }

    /** What sets of images lie at, among the arms. */
    List<Path> paths() {
        return given().values().stream()
                .map(Path::of)
                .filter(PreferenceArms::isSet)
                .toList();
    }

    private static boolean isSet(Path path) {
        return Files.exists(path) && !BundledModels.isModel(path) && !BundledModels.isModel(path.resolve("model"));
    }

    /**
     * The models among the arms.
     *
     * @throws IllegalArgumentException if there is no such model, or it has no such arm
     */
    List<ModelArm> models(BundledModels models) throws IOException {
        List<ModelArm> found = new ArrayList<>();
        for (Map.Entry<String, String> given : given().entrySet()) {
            if (isSet(Path.of(given.getValue()))) {
                continue;
            }
            int colon = given.getValue().lastIndexOf(':');
            String name = colon < 0 ? given.getValue() : given.getValue().substring(0, colon);
            ModelFolder folder = find(given.getKey(), name, models);
            Arm arm = colon < 0
                    ? folder.defaultArm()
                    : arm(folder, given.getValue().substring(colon + 1));
            found.add(new ModelArm(
                    new ComparedArm(given.getKey(), folder.manifest().name() + ":" + arm.label()), folder, arm));
        }
        return found;
    }

    private static ModelFolder find(String option, String name, BundledModels models) throws IOException {
        try {
            return models.find(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--" + option + " must be a set of images that is there, or MODEL:ARM, but " + e.getMessage(), e);
        }
    }

    private static Arm arm(ModelFolder folder, String label) {
        List<String> labels = folder.arms().stream().map(Arm::label).toList();
        return Arrays.stream(Arm.values())
                .filter(arm -> arm.label().equals(label) && labels.contains(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "model " + folder.manifest().name() + " has the arms "
                                + String.join(", ", labels) + ", but not '" + label + "'; did you mean "
                                + String.join(" or ", Spelling.nearest(label, labels, 1)) + "?"));
    }

    /** The arms of a study in the sequence in which they were given. */
    List<ArmImages> inSequence(List<? extends ArmImages> folders, List<? extends ArmImages> drawn) {
        List<ArmImages> all = new ArrayList<>();
        for (String name : given().keySet()) {
            Optional<? extends ArmImages> own = folders.stream()
                    .filter(folder -> folder.arm().name().equals(name))
                    .findFirst();
            all.add(
                    own.isPresent()
                            ? own.get()
                            : drawn.stream()
                                    .filter(model -> model.arm().name().equals(name))
                                    .findFirst()
                                    .orElseThrow());
        }
        return all;
    }
}
