package dev.oar.cli;

import dev.oar.artifact.CaptionReader;
import dev.oar.artifact.ModelFolder;
import dev.oar.file.BoundedFile;
import dev.oar.generate.Subject;
import dev.oar.text.CaptionText;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is drawn: a class of a model, or captions for one that draws from captions. */
final class SubjectOptions {
    private static final int MOST_BYTES = 64 << 20;

    @Option(
            names = "--class",
            paramLabel = "X",
            description =
                    "The class to draw, of a model that draws from classes; may be left out for one of one class.")
    private @Nullable String className;

    @Option(
            names = "--caption",
            paramLabel = "TEXT",
            description =
                    "What to draw, of a model that draws from captions. Given several times, images take the captions in turn.")
    private List<String> captions = new ArrayList<>();

    @Option(
            names = "--captions",
            paramLabel = "FILE",
            description = "A text file (UTF-8) of captions, one a line; images take them in turn.")
    private @Nullable Path file;

    @Option(
            names = "--negative-caption",
            paramLabel = "TEXT",
            description =
                    "What images shall not show: guidance leads away from it instead of from nothing in particular. Needs a"
                            + " --guidance-scale above 1.")
    private @Nullable String negative;

    @Option(
            names = "--text-encoder",
            paramLabel = "DIR",
            description = {
                "The frozen text encoder that the model was trained with: a folder with its config.json, weights and"
                        + " tokenizer.json, or",
                "hf://OWNER/REPO[@REVISION] on the Hugging Face hub (default: what the model names)."
            })
    private @Nullable String textEncoder;

    /** Whether anything was asked for. */
    boolean given() {
        return className != null || !captions.isEmpty() || file != null;
    }

    /** The frozen text encoder that was named, if one was. */
    Optional<String> textEncoder() {
        return Optional.ofNullable(textEncoder);
    }

    /**
     * What is drawn when nothing but the only class of a model may be left out.
     *
     * @throws IllegalArgumentException if the model cannot draw what was asked for, or nothing was
     */
    Drawn required(ModelFolder folder, TextEncoders encoders) throws IOException {
        if (given()
                || !folder.drawsFromCaptions() && folder.manifest().classes().size() == 1) {
            return drawn(folder, encoders);
        }
        throw new IllegalArgumentException(
                folder.drawsFromCaptions()
                        ? "--caption must say what " + folder.manifest().name()
                                + " is to draw, since it draws from captions; add it"
                        : "--class must name one of the classes of "
                                + folder.manifest().name() + ": "
                                + String.join(", ", folder.manifest().classes()));
    }

    /**
     * What is drawn, or nothing in particular if nothing was asked for.
     *
     * @throws IllegalArgumentException if the model cannot draw what was asked for
     */
    Drawn drawn(ModelFolder folder, TextEncoders encoders) throws IOException {
        return folder.drawsFromCaptions() ? ofCaptions(folder, encoders) : ofClass(folder);
    }

    private Drawn ofClass(ModelFolder folder) throws IOException {
        if (!captions.isEmpty() || file != null || negative != null || textEncoder != null) {
            throw new IllegalArgumentException("model " + folder.manifest().name()
                    + " draws from classes, but was asked for captions; name one of its "
                    + folder.manifest().classes().size() + " classes by --class ('oar models' lists them)");
        }
        List<String> classes = folder.manifest().classes();
        int condition = className != null
                ? folder.classIndex(className)
                : classes.size() == 1 ? 0 : folder.manifest().space().unconditional();
        return Drawn.withoutCaptions(folder, Subject.classes(classes), condition);
    }

    private Drawn ofCaptions(ModelFolder folder, TextEncoders encoders) throws IOException {
        if (className != null) {
            throw new IllegalArgumentException("model " + folder.manifest().name()
                    + " draws from captions, but was asked for the class '" + className
                    + "'; say by --caption what it is to draw");
        }
        List<String> asked = new ArrayList<>();
        for (String caption : captions) {
            asked.add(CaptionText.clean(caption));
        }
        if (file != null) {
            asked.addAll(read(file));
        }
        Optional<String> clean = Optional.ofNullable(negative).map(CaptionText::clean);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<Integer> conditions = new ArrayList<>();
        asked.forEach(caption -> conditions.add(numbers.computeIfAbsent(caption, unused -> numbers.size())));
        List<String> different = List.copyOf(numbers.keySet());
        if (different.isEmpty()) {
            if (clean.isPresent()) {
                throw new IllegalArgumentException(
                        "--negative-caption leads guidance away from what --caption asks for,"
                                + " but there is no --caption; add one");
            }
            if (textEncoder != null) {
                throw new IllegalArgumentException(
                        "--text-encoder reads what --caption asks for, but there is no --caption; add one, or leave it out");
            }
            return Drawn.withoutCaptions(
                    folder, List.of(), folder.manifest().space().unconditional());
        }
        // Before anything is drawn, so that a caption that cannot be read is told at once.
        Optional<TextEncoderFiles> encoder = encoders.find(Optional.ofNullable(textEncoder), folder);
        try (CaptionReader reader = folder.captionReader(encoder)) {
            reader.require(different, clean);
            List<String> read = new ArrayList<>(different);
            clean.ifPresent(read::add);
            encoders.warnOfCut(reader, read, folder);
        }
        return new Drawn(folder, different, clean, encoder, Subject.captions(different, clean), conditions);
    }

    private static List<String> read(Path file) throws IOException {
        List<String> lines = BoundedFile.text(file, MOST_BYTES, "give a file of fewer captions")
                .lines()
                .toList();
        List<String> captions = new ArrayList<>();
        for (int line = 0; line < lines.size(); line++) {
            try {
                captions.add(CaptionText.clean(lines.get(line)));
            } catch (IllegalArgumentException refusal) {
                throw new IllegalArgumentException(
                        "line " + (line + 1) + " of " + file + " is no caption: " + refusal.getMessage(), refusal);
            }
        }
        if (captions.isEmpty()) {
            throw new IllegalArgumentException(file + " must hold a caption on each line, but is empty; write some");
        }
        return captions;
    }
}
