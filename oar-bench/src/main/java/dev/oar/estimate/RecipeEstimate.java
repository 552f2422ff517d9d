package dev.oar.estimate;

import dev.oar.benchmark.Pass;
import dev.oar.extract.ExtractionConfig;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.pipeline.EvaluationSection;
import dev.oar.pipeline.Recipe;
import dev.oar.pipeline.StageName;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.train.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stages of a recipe with what each costs, and what would be saved by cheaper settings. */
final class RecipeEstimate {
    private static final int BYTES = 4;
    private static final int ARMS = 3;
    private static final int MOMENTS = 2;
    private static final int TRAINING_FACTOR = 3;
    private static final List<Integer> COARSER = List.of(2, 4, 8);
    private static final int SUBSAMPLE = 10;

    private final RecipeSizes sizes;
    private final Recipe recipe;
    private final NetworkCosts costs;
    private final MemoryCosts memory;
    private final Rates rates;
    private final double narrowExtraction;

    /**
     * The estimate of a recipe.
     *
     * @param rates how fast the machine is
     * @param place where it works
     */
    RecipeEstimate(RecipeSizes sizes, Rates rates, Place place) {
        this(sizes, rates, place, rates.extraction());
    }

    /**
     * As the shorter form.
     *
     * @param narrowExtraction operations of extraction per second with weights in bfloat16
     */
    RecipeEstimate(RecipeSizes sizes, Rates rates, Place place, double narrowExtraction) {
        this.sizes = sizes;
        this.recipe = sizes.recipe();
        this.costs = new NetworkCosts(sizes);
        this.memory = new MemoryCosts(sizes, costs, place);
        this.rates = rates;
        this.narrowExtraction = narrowExtraction;
    }

    /** The stages that cost something, in the order in which they run. */
    List<StageEstimate> stages() {
        List<StageEstimate> stages = new ArrayList<>(List.of(tokenizer(), tokens(), features(StageName.FEATURES)));
        boolean ownFeatures = recipe.tokenizer()
                .flatMap(section -> section.loss().perceptual())
                .filter(PerceptualLossConfig.OwnFeatures.class::isInstance)
                .isPresent();
        if (ownFeatures) {
            stages.add(0, features(StageName.PERCEPTUAL_FEATURES));
        }
        recipe.attributes().ifPresent(section -> stages.add(attributes(section)));
        recipe.pretraining()
                .ifPresent(section -> stages.add(training(
                        StageName.PRETRAINING,
                        section.training(),
                        heldOut(section.heldOutEvery(), section.training()))));
        stages.add(extraction());
        Recipe.FinetuningSection further = recipe.finetuning();
        for (StageName arm : List.of(StageName.CONTROL, StageName.FINETUNING)) {
            stages.add(training(arm, further.training(), heldOut(further.heldOutEvery(), further.training())));
        }
        stages.add(model());
        stages.add(evaluation());
        return List.copyOf(stages);
    }

    /** What cheaper settings would save, those that save most first. */
    List<Saving> savings() {
        List<Saving> savings = new ArrayList<>();
        double exact = extractionSeconds(cellsPerStep());
        for (int cells : COARSER) {
            if (cells > cellsPerStep() && cells < sizes.space().cells()) {
                savings.add(new Saving(
                        "extraction.cells-per-step: " + cells + " instead of " + cellsPerStep(),
                        exact - extractionSeconds(cells)));
            }
        }
        if (narrowExtraction > rates.extraction()) {
            savings.add(new Saving(
                    "extraction.weight-format: bfloat16", exact - extractionSeconds(cellsPerStep(), narrowExtraction)));
        }
        long fewer = sizes.data().dividedBy(SUBSAMPLE).all();
        savings.add(new Saving(
                "data.most-images: " + fewer + ", a tenth (tokens and extraction)",
                (1 - 1.0 / SUBSAMPLE) * (exact + tokens().seconds())));
        recipe.pretraining()
                .ifPresent(section -> savings.add(
                        new Saving("half the steps of pretraining", trainingSeconds(section.training()) / 2)));
        savings.add(new Saving(
                "half the steps of finetuning, in both arms",
                trainingSeconds(recipe.finetuning().training())));
        return savings.stream()
                .sorted((one, other) -> Double.compare(other.seconds(), one.seconds()))
                .toList();
    }

    /** Seconds of one optimiser step of the transformer's fine-tuning. */
    double secondsPerStep() {
        return stepSeconds(
                recipe.finetuning().training().batchSize(),
                recipe.finetuning().training().accumulation());
    }

    /** Seconds of one optimiser step of the transformer on so many images, cut into so many parts. */
    double stepSeconds(int batch, int accumulation) {
        double starting = (double) accumulation
                * sizes.model().blocks().layers()
                * rates.host().trainingPerLayer();
        double passes = costs.transformer().trainingOperations(batch) / rates.training();
        return Math.max(starting, passes) + rates.optimiserSeconds() * costs.transformerParameters();
    }

    /** Seconds of the extraction of one image. */
    double secondsPerExtraction() {
        return extractionSeconds(cellsPerStep()) / sizes.data().all();
    }

    private StageEstimate tokenizer() {
        long parameters = costs.tokenizerParameters();
        double measuring = sizes.data().test()
                * (costs.tokenizer().encoding() + costs.tokenizer().decoding());
        Optional<TrainingConfig> training = recipe.tokenizer().map(Recipe.TokenizerSection::training);
        Optional<TokenizerLossCost> loss = recipe.tokenizer().map(this::loss);
        double steps = training.map(config -> config.steps() * costs.tokenizerTraining(config.batchSize()))
                        .orElse(0.0)
                + loss.map(TokenizerLossCost::operations).orElse(0.0);
        long trained =
                parameters + loss.map(TokenizerLossCost::trainedParameters).orElse(0L);
        double activations = memory.tokenizerActivations()
                + loss.map(TokenizerLossCost::activations).orElse(0.0);
        return new StageEstimate(
                StageName.TOKENIZER.label(),
                training.map(config -> config.steps() + " steps of " + config.batchSize() + " images")
                        .orElse("of the base, measured on test images"),
                parameters,
                steps + measuring,
                training.map(config -> memory.convolutionalTraining(trained, config, activations)
                                .beside(loss.map(TokenizerLossCost::fixedWeights)
                                        .orElse(0.0)))
                        .orElse(memory.tokenizerAsked()),
                training.map(config -> disk(trained, config)).orElse(0.0),
                measuring / rates.convolutions()
                        + training.map(config -> convolutionalSeconds(config, steps))
                                .orElse(0.0));
    }

    private TokenizerLossCost loss(Recipe.TokenizerSection section) {
        List<Integer> channels = recipe.features().network().channels();
        return new TokenizerLossCost(section, costs.trunk(channels), memory.trunkActivations(channels));
    }

    private double convolutionalSeconds(TrainingConfig training, double operations) {
        return Math.max(
                training.steps()
                        * (double) training.accumulation()
                        * rates.host().convolutionalStep(),
                operations / rates.convolutions());
    }

    private StageEstimate tokens() {
        long views = sizes.data().all() * (recipe.data().flip() ? 2L : 1L);
        double operations = views * costs.tokenizer().encoding();
        return new StageEstimate(
                StageName.TOKENS.label(),
                views + " views of " + sizes.data().all() + " images",
                costs.tokenizerParameters(),
                operations,
                memory.tokenizerAsked(),
                (double) BYTES * views * sizes.space().cells(),
                operations / rates.convolutions());
    }

    private StageEstimate features(StageName name) {
        Recipe.FeatureSection section = recipe.features();
        List<Integer> channels = section.network().channels();
        return convolutional(name, section.training(), channels, sizes.data().classes());
    }

    private StageEstimate attributes(Recipe.AttributeSection section) {
        return convolutional(
                StageName.ATTRIBUTES,
                section.training(),
                section.network().channels(),
                recipe.data().attributeColumns().size());
    }

    private StageEstimate convolutional(StageName name, TrainingConfig training, List<Integer> channels, int outputs) {
        long parameters = (long) outputs * channels.get(channels.size() - 1);
        int inputs = 3;
        for (int width : channels) {
            parameters += 9L * width * (inputs + width);
            inputs = width;
        }
        double operations = (double) training.steps() * training.batchSize() * TRAINING_FACTOR * costs.trunk(channels);
        return new StageEstimate(
                name.label(),
                training.steps() + " steps of " + training.batchSize() + " images",
                parameters,
                operations,
                memory.convolutionalTraining(parameters, training, memory.trunkActivations(channels)),
                disk(parameters, training),
                convolutionalSeconds(training, operations));
    }

    private StageEstimate training(StageName name, TrainingConfig training, double measuring) {
        long parameters = costs.transformerParameters();
        return new StageEstimate(
                name.label(),
                training.steps() + " steps of " + training.batchSize() + " images",
                parameters,
                training.steps() * costs.transformer().trainingOperations(training.batchSize()) + measuring,
                memory.transformerTraining(parameters, training),
                disk(parameters, training),
                trainingSeconds(training) + measuring / rates.drawing());
    }

    private double trainingSeconds(TrainingConfig training) {
        return training.steps() * stepSeconds(training.batchSize(), training.accumulation());
    }

    /** Operations of the measurements on the way of a training, of up to 256 test images each. */
    private double heldOut(Optional<Integer> every, TrainingConfig training) {
        long images = Math.min(256, sizes.data().test());
        return every.map(steps -> (double) (training.steps() / steps)).orElse(0.0) * images * forward();
    }

    private double forward() {
        return costs.transformer().operations(costs.transformer().whole(1));
    }

    private int cellsPerStep() {
        return recipe.extraction().order().cellsPerStep();
    }

    private StageEstimate extraction() {
        ExtractionConfig config = recipe.extraction();
        List<Pass> passes = costs.extraction(1, cellsPerStep());
        double guided = config.guidanceScale() == 1 ? 1 : 2;
        return new StageEstimate(
                StageName.EXTRACTION.label(),
                sizes.data().all() + " images, " + (cellsPerStep() == 1 ? "one cell" : cellsPerStep() + " cells")
                        + " a step",
                costs.transformerParameters(),
                guided * sizes.data().all() * costs.transformer().operations(passes),
                memory.extracting(config.batchSize()),
                (double) BYTES * sizes.data().all() * sizes.space().cells(),
                extractionSeconds(cellsPerStep()));
    }

    private double extractionSeconds(int cellsPerStep) {
        return extractionSeconds(cellsPerStep, rates.extraction());
    }

    private double extractionSeconds(int cellsPerStep, double rate) {
        ExtractionConfig config = recipe.extraction();
        int batch = config.batchSize();
        double guided = config.guidanceScale() == 1 ? 1 : 2;
        return guided * sizes.data().all() / batch * costs.seconds(costs.extraction(batch, cellsPerStep), rate, rates);
    }

    private StageEstimate model() {
        double arms = (double) ARMS * BYTES * costs.transformerParameters();
        return new StageEstimate(
                StageName.MODEL.label(),
                ARMS + " transformers and the tokenizer, as files",
                0,
                0,
                StageMemory.NONE,
                arms + (double) BYTES * costs.tokenizerParameters(),
                0);
    }

    private StageEstimate evaluation() {
        EvaluationSection section = recipe.evaluation();
        int batch = section.batchSize();
        double operations = 0;
        double seconds = 0;
        long drawn = 0;
        for (Drawing drawing : section.drawings()) {
            boolean guided = NetworkCosts.isGuided(drawing);
            double images = (double) ARMS * section.samples();
            List<Pass> passes = costs.drawing(drawing.order(), guided, batch);
            operations += images / batch * costs.transformer().operations(passes);
            seconds += images / batch * costs.seconds(passes, rates.drawing(), rates);
            drawn += (long) ARMS * section.samples();
        }
        double measured = (double) ARMS
                * Math.min(
                        section.codeLengthImages().orElse(Integer.MAX_VALUE),
                        sizes.data().test());
        double known = measured * (section.randomOrders() + 3) * forward();
        for (DrawingOrder.Dynamic own : section.dynamicOrders()) {
            List<Pass> passes = costs.drawing(own, false, batch);
            operations += measured / batch * costs.transformer().operations(passes);
            seconds += measured / batch * costs.seconds(passes, rates.drawing(), rates);
        }
        double pixels = drawn * costs.tokenizer().decoding();
        double compared = (drawn + sizes.data().all())
                * costs.trunk(recipe.features().network().channels());
        return new StageEstimate(
                StageName.EVALUATION.label(),
                drawn + " images drawn, " + (long) measured + " predicted",
                costs.transformerParameters(),
                operations + known + pixels + compared,
                memory.drawing(batch),
                (double) BYTES * drawn * sizes.space().cells(),
                seconds + known / rates.drawing() + (pixels + compared) / rates.convolutions());
    }

    /** Checkpoints that are kept, each with weights, moments and moving average, and the weights in the end. */
    private static double disk(long parameters, TrainingConfig training) {
        int copies = 1 + MOMENTS + (training.emaDecay() > 0 ? 1 : 0);
        return (double) BYTES * parameters * (training.keepCheckpoints() * copies + 1);
    }
}
