package dev.oar.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.LlamaGenGpt;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.ModelConfig;
import dev.oar.model.TrainedOrders;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class ModelImportTests {
    private static final VqTokenizerConfig TOKENIZER =
            new VqTokenizerConfig(8, 4, List.of(1, 1), 1, 4, 16, 4, true, AttentionPlacement.NONE, 2);
    private static final PublicModel ANY = model(TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 16, 1, 2));
    private static final PublicModel RASTER = model(LlamaGenGptConfig.of(16, 1, 2));
    private static final WeightSource TOKENIZER_WEIGHTS = new WeightSource.Random(2);

    @TempDir
    private Path folder;

    private static PublicModel model(ModelConfig transformer) {
        return new PublicModel("tiny", transformer, TOKENIZER, "MIT", "nowhere");
    }

    @Test
    void anImportedModelDrawsWhateverTheContainerOfItsWeights() throws IOException {
        ModelFolder direct = imported(ANY, new WeightSource.Random(1), "direct");
        Path wrapped = rewritten(direct, "wrapped.safetensors", tensors -> {
            Map<String, Tensor> renamed = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> renamed.put("module._orig_mod." + name, tensor));
            renamed.put("module._orig_mod.freqs_cis", Tensors.zeros(torch.ScalarType.Float, 17, 4, 2));
            return renamed;
        });
        ModelFolder fromFile = imported(ANY, file(wrapped), "wrapped");
        assertThat(fromFile.path().resolve("any-order.safetensors"))
                .hasSameBinaryContentAs(direct.path().resolve("any-order.safetensors"));
        assertThat(fromFile.manifest().source()).contains("nowhere", "wrapped.safetensors", "random weights, seed 2");
        assertThat(draw(
                        direct,
                        new DrawingOrder.Dynamic(
                                dev.oar.decode.ConfidenceMeasure.NEGATIVE_ENTROPY,
                                dev.oar.decode.OrderPolicy.ConfidenceLogits.CONDITIONAL,
                                1,
                                1)))
                .hasSize(2);
    }

    @Test
    void aRasterModelSaysSoAndRefusesOtherOrders() throws IOException {
        ModelFolder model = imported(RASTER, new WeightSource.Random(1), "raster");
        assertThat(model.arms()).containsExactly(Arm.RASTER);
        assertThat(model.defaultArm()).isEqualTo(Arm.RASTER);
        assertThat(model.manifest().transformer().trainedOrders()).isEqualTo(TrainedOrders.RASTER);
        assertThat(draw(model, new DrawingOrder.Raster(0))).hasSize(2);
        assertThatThrownBy(() -> draw(model, new DrawingOrder.UniformRandom(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trained for raster order only");
    }

    @Test
    void aModelOfCaptionsDrawsOnceItHasSome() throws IOException {
        PublicModel ofCaptions = model(LlamaGenGptConfig.of(16, 1, 2).conditionedOn(CaptionConditioning.frozen(3, 5)));
        ModelFolder folder = imported(ofCaptions, new WeightSource.Random(1), "captions");
        assertThat(folder.manifest().classes()).containsExactly("caption");
        assertThatThrownBy(() -> draw(folder, new DrawingOrder.Raster(0))).hasMessageContaining("must lie in 0 .. 1");
        try (AutoregressiveModel model = folder.transformer(Arm.RASTER);
                TensorScope ignored = TensorScope.open();
                CaptionEmbeddings captions = CaptionEmbeddings.of(Tensors.normal(1, 2, 3, 5), new int[] {3, 1});
                LlamaGenGpt view = ((LlamaGenGpt) model).withCaptions(captions);
                ImageTokenizer tokenizer = folder.tokenizer()) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(view, tokenizer, folder.meanRanks()));
            assertThat(generator.generate(
                            new GenerationRequest(0, new int[] {0, 1}, 1, 2, Drawing.of(new DrawingOrder.Raster(0)))))
                    .hasSize(2);
        }
    }

    @Test
    void halfPrecisionIsKeptOnDiskAndUsedAsFloat32() throws IOException {
        ModelFolder direct = imported(ANY, new WeightSource.Random(1), "direct");
        Path half = rewritten(direct, "half.safetensors", tensors -> {
            Map<String, Tensor> halved = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> halved.put(name, tensor.to(torch.ScalarType.BFloat16)));
            return halved;
        });
        ModelFolder imported = imported(ANY, file(half), "half");
        Path stored = imported.path().resolve("any-order.safetensors");
        assertThat(Files.size(stored)).isLessThan(Files.size(direct.path().resolve("any-order.safetensors")) * 6 / 10);
        try (AutoregressiveModel model = imported.transformer(Arm.ANY_ORDER)) {
            assertThat(model.weights().get("output.weight").scalar_type().intern())
                    .isEqualTo(torch.ScalarType.Float);
        }
    }

    @Test
    void aMissingASurplusAndAMisshapedKeyAreNamed() throws IOException {
        ModelFolder direct = imported(ANY, new WeightSource.Random(1), "direct");
        refuses(direct, tensors -> without(tensors, "norm.weight"), "tiny needs a weight named 'norm.weight'");
        refuses(
                direct,
                tensors -> with(tensors, "layers.1.ffn_norm.weight", Tensors.zeros(torch.ScalarType.Float, 16)),
                "tiny has no place for a weight named 'layers.1.ffn_norm.weight'");
        refuses(
                direct,
                tensors -> with(tensors, "norm.weight", Tensors.zeros(torch.ScalarType.Float, 15)),
                "tiny needs 'norm.weight' with shape [16], but it has [15]");
    }

    @Test
    void classNamesMustBeAsManyAsClasses() {
        assertThatThrownBy(() -> ModelImport.write(
                        ANY,
                        "tiny",
                        new WeightSource.Random(1),
                        TOKENIZER_WEIGHTS,
                        List.of("cat", "dog"),
                        folder.resolve("named")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs 1000 different class names, but was given 2");
    }

    @Test
    void everyPublishedModelHasConsistentSizes() {
        for (PublicModel model : PublicModel.all()) {
            assertThat(model.transformer().shapes(model.space()))
                    .as(model.name())
                    .isNotEmpty();
            assertThat(PublicModel.named(model.name())).isEqualTo(model);
        }
        assertThat(parameters("randar-l")).isBetween(340_000_000L, 346_000_000L);
        assertThat(parameters("randar-xl")).isBetween(770_000_000L, 780_000_000L);
        assertThat(parameters("llamagen-l")).isBetween(340_000_000L, 346_000_000L);
        assertThat(parameters("llamagen-t2i-256")).isBetween(770_000_000L, 785_000_000L);
        assertThat(PublicModel.named("llamagen-t2i-512")
                        .transformer()
                        .shapes(PublicModel.named("llamagen-t2i-512").space()))
                .hasEntrySatisfying(
                        "cls_embedding.uncond_embedding",
                        shape -> assertThat(shape).containsExactly(120, 2048));
        assertThat(parameters("rar-l")).isBetween(455_000_000L, 465_000_000L);
        assertThat(parameters("arpg-l")).isBetween(315_000_000L, 325_000_000L);
    }

    private static long parameters(String name) {
        PublicModel model = PublicModel.named(name);
        return model.transformer().shapes(model.space()).values().stream()
                .mapToLong(shape -> java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
    }

    private ModelFolder imported(PublicModel model, WeightSource weights, String name) throws IOException {
        return ModelImport.write(model, name, weights, TOKENIZER_WEIGHTS, List.of(), folder.resolve(name));
    }

    private static WeightSource file(Path path) {
        return new WeightSource.File(path, Optional.empty(), String.valueOf(path.getFileName()));
    }

    private void refuses(ModelFolder direct, UnaryOperator<Map<String, Tensor>> change, String message)
            throws IOException {
        Path changed = rewritten(direct, "changed.safetensors", change);
        assertThatThrownBy(() -> imported(ANY, file(changed), "changed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(folder.resolve("changed").resolve(ModelFolder.MANIFEST)).doesNotExist();
    }

    private Path rewritten(ModelFolder model, String name, UnaryOperator<Map<String, Tensor>> change)
            throws IOException {
        Path target = folder.resolve(name);
        try (TensorScope ignored = TensorScope.open();
                Weights weights = Safetensors.weights(model.path().resolve("any-order.safetensors"))) {
            Safetensors.write(target, change.apply(weights.asMap()), Map.of());
        }
        return target;
    }

    private static Map<String, Tensor> without(Map<String, Tensor> tensors, String name) {
        Map<String, Tensor> fewer = new LinkedHashMap<>(tensors);
        fewer.remove(name);
        return fewer;
    }

    private static Map<String, Tensor> with(Map<String, Tensor> tensors, String name, Tensor tensor) {
        Map<String, Tensor> more = new LinkedHashMap<>(tensors);
        more.put(name, tensor);
        return more;
    }

    private static List<GeneratedImage> draw(ModelFolder folder, DrawingOrder order) throws IOException {
        try (ImageTokenizer tokenizer = folder.tokenizer();
                AutoregressiveModel model = folder.transformer(folder.defaultArm())) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, folder.meanRanks()));
            return generator.generate(new GenerationRequest(0, new int[] {3, 4}, 1, 2, Drawing.of(order)));
        }
    }
}
