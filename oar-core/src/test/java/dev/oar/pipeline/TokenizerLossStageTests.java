package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.feature.FeatureFiles;
import dev.oar.feature.Lpips;
import dev.oar.order.CounterRandom;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.tokenizer.AdversarialLossConfig;
import dev.oar.tokenizer.PerceptualLossConfig;
import dev.oar.tokenizer.VqLossConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where the network of a tokenizer's perceptual loss comes from. */
@ExtendWith(NativeMemory.class)
class TokenizerLossStageTests {
    @TempDir
    Path folder;

    private Recipe plain;

    @BeforeEach
    void makeImages() throws IOException {
        plain = TinyRecipe.of(TinyRecipe.images(folder.resolve("images"), 8), "dual-position");
    }

    @Test
    void ownFeaturesAreThoseOfANetworkThatImagesAreNotMeasuredBy() throws IOException {
        Recipe recipe = with(new PerceptualLossConfig.OwnFeatures(1));
        Path run = run(recipe, "run");
        new Pipeline(recipe, folder, run, new PipelineListener() {}).run(StageName.FEATURES);
        Path perceptual = stage(run, StageName.PERCEPTUAL_FEATURES).resolve(FeatureFiles.WEIGHTS);
        Path measuring = stage(run, StageName.FEATURES).resolve(FeatureFiles.WEIGHTS);
        assertThat(Fingerprint.ofFile(perceptual)).isNotEqualTo(Fingerprint.ofFile(measuring));
        assertThat(Files.readString(run.resolve(Pipeline.PROVENANCE))).contains("\"features\" : ");
        assertThat(stages(run(plain, "plain"))).noneMatch(name -> name.startsWith("perceptual"));
    }

    @Test
    void lpipsIsKnownByWhatItsFilesHold() throws IOException {
        Path here = weights("vgg.safetensors", 1);
        Path moved = folder.resolve("elsewhere").resolve("vgg.safetensors");
        Files.createDirectories(moved.getParent());
        Files.copy(here, moved);
        Path run = run(with(lpips("vgg.safetensors")), "run");
        List<String> first = stages(run);
        run(with(lpips("elsewhere/vgg.safetensors")), "run");
        assertThat(stages(run)).isEqualTo(first);
        Files.delete(here);
        weights("vgg.safetensors", 2);
        run(with(lpips("vgg.safetensors")), "run");
        assertThat(stages(run)).hasSize(first.size() + 1);
        assertThat(Files.readString(run.resolve("recipe.yaml"))).contains(here.toString());
    }

    @Test
    void missingWeightsAreRefusedBeforeAnythingIsDone() {
        Path run = folder.resolve("run");
        Pipeline pipeline = new Pipeline(with(lpips("vgg16.pth")), folder, run, new PipelineListener() {});
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        pipeline::plan, () -> pipeline.run(StageName.TOKENIZER))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there is no file " + folder.resolve("vgg16.pth"));
        }
        assertThat(run.resolve("stages")).doesNotExist();
    }

    @Test
    void imagesTooSmallForTheNetworksOfALossAreRefusedWithTheRecipe() {
        VqLossConfig deep = VqLossConfig.defaults().withAdversarial(AdversarialLossConfig.standard());
        assertThatThrownBy(() -> TinyRecipe.withTokenizerLoss(plain, deep))
                .hasMessageContaining("3 leave none of 16 pixels");
        VqLossConfig seen = VqLossConfig.defaults().withPerceptual(lpips("vgg.safetensors"));
        seen.requireSide(16);
        assertThatThrownBy(() -> seen.requireSide(15)).hasMessageContaining("at least 16 x 16 pixels");
    }

    private Recipe with(PerceptualLossConfig perceptual) {
        return TinyRecipe.withTokenizerLoss(plain, VqLossConfig.defaults().withPerceptual(perceptual));
    }

    private static PerceptualLossConfig lpips(String file) {
        return new PerceptualLossConfig.Lpips(file, Optional.empty(), 1);
    }

    private Path run(Recipe recipe, String name) throws IOException {
        Path run = folder.resolve(name);
        new Pipeline(recipe, folder, run, new PipelineListener() {}).run(StageName.TOKENIZER);
        return run;
    }

    private static List<String> stages(Path run) throws IOException {
        try (Stream<Path> folders = Files.list(run.resolve("stages"))) {
            return folders.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Path stage(Path run, StageName name) throws IOException {
        return run.resolve("stages")
                .resolve(stages(run).stream()
                        .filter(stage -> stage.startsWith(name.label() + "-"))
                        .findFirst()
                        .orElseThrow());
    }

    private Path weights(String name, long seed) throws IOException {
        Path file = folder.resolve(name);
        try (TensorScope ignored = TensorScope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Lpips.shapes(List.of(2, 2, 2, 2, 2))
                    .forEach((weight, shape) -> tensors.put(
                            weight,
                            Tensors.uniform(CounterRandom.of(seed, weight).key(), 0, 1, shape)));
            Safetensors.write(file, tensors, Map.of());
        }
        return file;
    }
}
