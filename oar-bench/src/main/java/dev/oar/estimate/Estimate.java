package dev.oar.estimate;

import dev.oar.checkpoint.StrictJson;
import dev.oar.file.AtomicFile;
import dev.oar.tuning.PrecisionSetting;
import dev.oar.tuning.WeightFormatSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a recipe costs; as a file, JSON with keys in kebab case.
 *
 * @param recipe its name
 * @param machine what it is estimated for
 * @param images how many images there are, train and test
 * @param stages its stages
 * @param secondsPerStep of one optimiser step of fine-tuning
 * @param secondsPerExtraction of the extraction of one image
 * @param rates the rates that seconds follow from
 * @param savings what cheaper settings would save
 * @param notes what was assumed, and what does not fit
 */
public record Estimate(
        String recipe,
        String machine,
        DataCounts images,
        List<StageEstimate> stages,
        double secondsPerStep,
        double secondsPerExtraction,
        Rates rates,
        List<Saving> savings,
        List<String> notes) {
    private static final JsonMapper JSON = StrictJson.complete()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();
    private static final double GIGA = 1e9;

    /** Copies the lists. */
    public Estimate {
        stages = List.copyOf(stages);
        savings = List.copyOf(savings);
        notes = List.copyOf(notes);
    }

    /**
     * The estimate for a named accelerator.
     *
     * @param utilisation the fraction of its figures that is reached; empty: that of the table
     */
    public static Estimate on(Accelerator accelerator, RecipeSizes sizes, Optional<Double> utilisation) {
        boolean training = sizes.recipe()
                        .pretraining()
                        .map(section -> section.training().precision())
                        .orElse(sizes.recipe().finetuning().training().precision())
                != PrecisionSetting.FLOAT32;
        WeightFormatSetting weights = sizes.recipe().extraction().weightFormat();
        boolean extraction = weights == WeightFormatSetting.BFLOAT16 || weights == WeightFormatSetting.AUTO;
        double used = utilisation.orElse(accelerator.utilisation());
        Rates rates = accelerator.rates(training, extraction, used);
        String machine = String.format(
                Locale.ROOT,
                "one %s at %.0f %% of its data sheet: training in %s, extraction in %s, drawing in float32",
                accelerator.name(),
                100 * used,
                accelerator.precision(training),
                accelerator.precision(extraction));
        RecipeEstimate estimate = new RecipeEstimate(
                sizes,
                rates,
                Place.ACCELERATOR,
                accelerator.rates(training, true, used).extraction());
        return of(sizes, machine, rates, estimate, accelerator.memoryBytes());
    }

    /**
     * The estimate for this machine.
     *
     * @param sideBySide parts of a batch that are worked on at the same time
     * @param memory bytes that it has
     */
    public static Estimate here(RecipeSizes sizes, SpeedProbe probe, int sideBySide, double memory) throws IOException {
        Rates rates = probe.measure();
        String machine = "this machine, " + sideBySide + (sideBySide == 1 ? " CPU core" : " CPU cores")
                + ", as probed just now, training in "
                + probe.precision().name().toLowerCase(Locale.ROOT) + ", extraction and drawing in float32";
        return of(sizes, machine, rates, new RecipeEstimate(sizes, rates, Place.host(sideBySide)), memory);
    }

    /**
     * Operations, memory and disk alone, without seconds.
     *
     * @param sideBySide parts of a batch that are worked on at the same time
     */
    public static List<StageEstimate> sizes(RecipeSizes sizes, int sideBySide) {
        return new RecipeEstimate(sizes, Rates.UNKNOWN, Place.host(sideBySide)).stages();
    }

    private static Estimate of(RecipeSizes sizes, String machine, Rates rates, RecipeEstimate estimate, double memory) {
        List<StageEstimate> stages = estimate.stages();
        List<String> notes = new ArrayList<>(sizes.notes());
        if (sizes.recipe().extraction().informationGain().isPresent()
                || sizes.recipe().extraction().order().shortlist().isPresent()) {
            notes.add(
                    "extraction is estimated without its information-gain or shortlist, as one that asks about every open"
                            + " cell once a step");
        }
        if (sizes.model().captions().isPresent()
                && sizes.model().captions().get().frozen().isPresent()) {
            notes.add("what the frozen text encoder costs, once for every caption, is left out");
        }
        stages.stream()
                .filter(stage -> stage.memory().total() > memory)
                .forEach(stage -> notes.add(String.format(
                        Locale.ROOT,
                        "%s needs about %.1f GB of memory, but there are %.1f GB; raise accumulation or lower batch-size",
                        stage.stage(),
                        stage.memory().total() / GIGA,
                        memory / GIGA)));
        return new Estimate(
                sizes.recipe().name(),
                machine,
                sizes.data(),
                stages,
                estimate.secondsPerStep(),
                estimate.secondsPerExtraction(),
                rates,
                estimate.savings(),
                notes);
    }

    /** The seconds of all stages. */
    public double seconds() {
        return stages.stream().mapToDouble(StageEstimate::seconds).sum();
    }

    /** The bytes that all stages leave. */
    public double disk() {
        return stages.stream().mapToDouble(StageEstimate::disk).sum();
    }

    /** The bytes of memory that the largest stage holds. */
    public double memory() {
        return stages.stream()
                .mapToDouble(stage -> stage.memory().total())
                .max()
                .orElse(0);
    }

    /** The operations of all stages. */
    public double operations() {
        return stages.stream().mapToDouble(StageEstimate::operations).sum();
    }

    /** Writes it as JSON so that the file appears whole or not at all. */
    public void write(Path file) throws IOException {
        String pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
        AtomicFile.write(file, (pretty.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The lines of a screen. */
    public List<String> lines() {
        return Stream.of(EstimateTable.head(this), EstimateTable.stages(this), EstimateTable.ends(this))
                .flatMap(List::stream)
                .toList();
    }
}
