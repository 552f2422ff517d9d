package dev.oar.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.oar.file.CorruptFileException;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.ModelConfig;
import dev.oar.model.OrderNetwork;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class OrderNetworkFilesTests {
    private static final VqTokenizerConfig TOKENIZER =
            new VqTokenizerConfig(8, 4, List.of(1, 1), 1, 4, 16, 4, true, AttentionPlacement.NONE, 2);
    private static final TransformerConfig CLASSES = TransformerConfig.of(Formulation.DUAL_POSITION, 16, 1, 2);
    private static final OrderNetworkFiles.Origin ORIGIN =
            new OrderNetworkFiles.Origin("negative-entropy", "weights", 12);

    @TempDir
    private Path folder;

    private ModelFolder model(ModelConfig transformer) throws IOException {
        return ModelFolder.create(
                folder,
                new ModelManifest(
                        1, "tiny", "", "MIT", "", List.of("cats", "dogs"), TOKENIZER, transformer, Map.of("a", "b")));
    }

    private static OrderNetwork network(ModelFolder model, long seed) {
        OrderNetwork.Inputs inputs = OrderNetwork.Inputs.of(
                model.manifest().space(), model.manifest().transformer());
        return TinyModels.orderNetwork(inputs, seed, torch.ScalarType.Float);
    }

    @Test
    void aFolderGivesBackTheNetworkThatItWasGivenLast() throws IOException {
        ModelFolder model = model(CLASSES);
        for (long seed = 0; seed < 3; seed++) {
            try (OrderNetwork network = network(model, seed)) {
                model = OrderNetworkFiles.write(model, network, ORIGIN);
                assertThat(model.manifest().fingerprints()).containsKeys("a", OrderNetworkFiles.WEIGHTS);
                try (FolderOrders read = ModelFolder.open(folder).folderOrders(Device.CPU)) {
                    assertThat(read.meanRanks()).isEmpty();
                    OrderNetwork given = read.network().orElseThrow();
                    assertThat(given.fingerprint()).as("seed %s", seed).isEqualTo(network.fingerprint());
                    assertThat(given.inputs()).isEqualTo(new OrderNetwork.Inputs(TokenGrid.square(4), 16, 2));
                }
            }
        }
    }

    @Test
    void aFolderWithoutANetworkHasNone() throws IOException {
        try (FolderOrders read = model(CLASSES).folderOrders(Device.CPU)) {
            assertThat(read).isEqualTo(FolderOrders.NONE);
        }
    }

    @Test
    void aNetworkSeesTheClassesOrTheWordsOfTheModelOrNothingOfWhatAFrozenEncoderHasMade() throws IOException {
        Map<ModelConfig, Integer> ids = Map.of(
                CLASSES,
                2,
                CLASSES.conditionedOn(CaptionConditioning.frozen(4, 6)),
                0,
                CLASSES.conditionedOn(new CaptionConditioning(
                        6, CaptionConditioning.TooLong.REFUSE, new LearnedEncoder(300, 16, 1, 2, 2))),
                300);
        for (Map.Entry<ModelConfig, Integer> expected : ids.entrySet()) {
            ModelManifest manifest = model(expected.getKey()).manifest();
            assertThat(OrderNetwork.Inputs.of(manifest.space(), manifest.transformer())
                            .conditionIds())
                    .isEqualTo(expected.getValue());
        }
    }

    @Test
    void aNetworkOfAnotherModelAndADamagedOneAreRefused() throws IOException {
        ModelFolder model = model(CLASSES);
        try (OrderNetwork other = TinyModels.orderNetwork(
                new OrderNetwork.Inputs(TokenGrid.square(4), 17, 2), 1, torch.ScalarType.Float)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OrderNetworkFiles.write(model, other, ORIGIN))
                    .withMessageContaining("train one for this model");
        }
        try (OrderNetwork network = network(model, 1)) {
            var unused = OrderNetworkFiles.write(model, network, ORIGIN);
        }
        Path weights = folder.resolve(OrderNetworkFiles.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> ModelFolder.open(folder).folderOrders(Device.CPU))
                .withMessageContaining("order-network.safetensors does not have the fingerprint");
    }
}
