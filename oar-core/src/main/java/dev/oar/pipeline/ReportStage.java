package dev.oar.pipeline;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes the report and its results, at the top of the run directory. */
final class ReportStage extends Stage {
    private final TokenizerStage tokenizer;
    private final FeaturesStage features;
    private final Optional<AttributesStage> attributes;
    private final ExtractionStage extraction;
    private final EvaluationStage evaluation;

    ReportStage(
            RunContext context,
            TokenizerStage tokenizer,
            TokensStage tokens,
            FeaturesStage features,
            Optional<AttributesStage> attributes,
            ExtractionStage extraction,
            ModelStage model,
            EvaluationStage evaluation) {
        super(
                context,
                StageName.REPORT,
                Stream.concat(
                                Stream.of(tokenizer, tokens, features, extraction, model, evaluation),
                                attributes.stream())
                        .toList());
        this.tokenizer = tokenizer;
        this.features = features;
        this.attributes = attributes;
        this.extraction = extraction;
        this.evaluation = evaluation;
    }

    @Override
    String settings() {
        return RecipeWriter.write(recipe());
    }

    @Override
    boolean isIntact(StageDirectory.Marker marker) throws IOException {
        // A run of another recipe or seed in the same directory leaves its own report there.
        Path run = context().runDirectory();
        return holds(run.resolve(Pipeline.REPORT), marker.outputs().get("report"))
                && holds(run.resolve(EvaluationStage.RESULTS), marker.outputs().get("results"));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        Path run = context().runDirectory();
        String html = new RunReport(this, tokenizer, features, attributes, extraction, evaluation).html();
        AtomicFile.write(run.resolve(Pipeline.REPORT), html.getBytes(StandardCharsets.UTF_8));
        evaluation.results().write(run.resolve(EvaluationStage.RESULTS));
        context().listener().note("report: " + run.resolve(Pipeline.REPORT));
        return Map.of(
                "report", Fingerprint.ofFile(run.resolve(Pipeline.REPORT)),
                "results", Fingerprint.ofFile(run.resolve(EvaluationStage.RESULTS)));
    }
}
