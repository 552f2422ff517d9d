package dev.oar.pipeline;

import dev.oar.config.Spelling;
import dev.oar.extract.ExtractionConfig;
import dev.oar.file.AtomicFile;
import dev.oar.file.CorruptFileException;
import dev.oar.file.NamedReading;
import dev.oar.tensor.Precision;
import dev.oar.tensor.WeightFormat;
import dev.oar.train.TrainingConfig;
import dev.oar.tuning.MachineProfile;
import dev.oar.tuning.PrecisionSetting;
import dev.oar.tuning.ProductRows;
import dev.oar.tuning.TrainingWork;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a recipe leaves to the machine, decided once per run: {@code RUN/choices.json} holds, by the name of the setting, what was chosen
 * when it was first needed. A run that goes on on another machine keeps it, so that results of two kinds never mix under one name;
 * fingerprints of stages and checkpoints are taken of what was chosen.
 */
final class RunChoices {
    /** Name of the file in the run's folder. */
    static final String FILE = "choices.json";

    private static final long LARGEST = 1 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> chosen;
    private final Supplier<MachineProfile> machine;
    private final List<String> notes = new ArrayList<>();

    private RunChoices(Map<String, String> chosen, Supplier<MachineProfile> machine) {
        this.chosen = new TreeMap<>(chosen);
        this.machine = machine;
    }

    /**
     * The choices of a run.
     *
     * @param machine what is fast where it runs now; asked when something is to be decided or warned of
     * @throws CorruptFileException if the file of an earlier attempt cannot be read
     */
    static RunChoices of(Path runDirectory, Supplier<MachineProfile> machine) throws IOException {
        return new RunChoices(read(runDirectory.resolve(FILE)), machine);
    }

    private static Map<String, String> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException("it is too long");
            }
            Map<String, String> read = JSON.readValue(NamedReading.text(file), new TypeReference<>() {});
            if (read == null || read.containsValue(null)) {
                throw new IllegalArgumentException("it holds null");
            }
            return read;
        } catch (JacksonException | IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new CorruptFileException(
                    "the choices of a run must be a JSON object of names and words, but " + file + " is not (" + reason
                            + "); restore it, or delete it to choose anew what is faster here",
                    e);
        }
    }

    /** The recipe with everything decided. */
    Recipe settle(Recipe recipe) {
        return recipe.withMachineSettings(this::training, this::extraction);
    }

    private TrainingConfig training(String section, TrainingConfig config) {
        TrainingWork work = switch (section) {
            case "tokenizer", "features", "attributes" -> TrainingWork.CONVOLUTIONS;
            case "pretraining", "finetuning" -> TrainingWork.LINEAR_LAYERS;
            default -> throw new IllegalArgumentException("a recipe has no training '" + section + "'");
        };
        String name = section + ".training.precision";
        boolean open = config.precision() == PrecisionSetting.AUTO;
        Optional<Precision> kept = open ? kept(name, Precision.class) : Optional.empty();
        Precision decided = open
                ? kept.orElseGet(() -> machine.get().fastest(work))
                : config.precision().explicit();
        if (open) {
            chosen.put(name, Spelling.word(decided));
        }
        if (decided != Precision.FLOAT32) {
            machine.get().warning(work, decided).ifPresent(warning -> note(name, decided, kept.isPresent(), warning));
        } else if (kept.isPresent() && machine.get().fastest(work) != decided) {
            note(
                    name,
                    decided,
                    true,
                    faster(machine.get().slowdown(work, machine.get().fastest(work))));
        }
        return config.withPrecision(decided);
    }

    private ExtractionConfig extraction(ExtractionConfig config) {
        String name = "extraction.weight-format";
        boolean open = config.weightFormat() == WeightFormatSetting.AUTO;
        Optional<WeightFormat> kept = open ? kept(name, WeightFormat.class) : Optional.empty();
        WeightFormat decided = open
                ? kept.orElseGet(() -> machine.get().fastest(ProductRows.MANY))
                : config.weightFormat().explicit();
        if (open) {
            chosen.put(name, Spelling.word(decided));
        }
        if (decided != WeightFormat.FLOAT32) {
            machine.get()
                    .warning(ProductRows.MANY, decided)
                    .ifPresent(warning -> note(name, decided, kept.isPresent(), warning));
        }
        return config.withWeightFormat(decided);
    }

    private static String faster(Optional<Double> ofFloat32) {
        return String.format(
                Locale.ROOT, "what is fastest here would take %.2f times as long", ofFloat32.orElse(Double.NaN));
    }

    private void note(String name, Enum<?> decided, boolean kept, String warning) {
        notes.add(name + " is " + Spelling.word(decided) + (kept ? ", as the run began with it; " : "; ") + warning);
    }

    private <E extends Enum<E>> Optional<E> kept(String name, Class<E> type) {
        String word = chosen.get(name);
        if (word == null) {
            return Optional.empty();
        }
        Optional<E> constant = Spelling.constant(type, word);
        if (constant.isEmpty()) {
            throw new IllegalArgumentException(FILE + " says that " + name + " is '" + word
                    + "', which there is not; restore it, or delete the file to choose anew");
        }
        return constant;
    }

    /** What the user should know about what was decided, a line each. */
    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }

    /** What the machine decided, by the name of the setting. */
    Map<String, String> chosen() {
        return Collections.unmodifiableMap(chosen);
    }

    /** Keeps what was decided for when the run goes on. */
    void write(Path runDirectory) throws IOException {
        String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(chosen) + "\n";
        AtomicFile.write(runDirectory.resolve(FILE), json.getBytes(StandardCharsets.UTF_8));
    }
}
