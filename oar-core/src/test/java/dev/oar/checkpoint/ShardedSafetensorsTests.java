package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NativeMemory.class)
class ShardedSafetensorsTests {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path directory;

    private Path index = Path.of("unset");

    @BeforeEach
    void writeShards() throws IOException {
        index = directory.resolve("model.safetensors.index.json");
        write(directory);
    }

    /** Two shards and an index that lists their tensors in another order. */
    static void write(Path directory) throws IOException {
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> first = new LinkedHashMap<>();
            first.put("a", Tensors.normal(1, 3, 4));
            first.put("flags", Tensors.of(new boolean[] {true, false, true}, 3));
            Safetensors.write(directory.resolve(FIRST), first, Map.of("format", "pt"));
            Safetensors.write(directory.resolve(SECOND), Map.of("b", Tensors.normal(2, 5)), Map.of());
            assertThat(scope).isNotNull();
        }
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                json(
                        "{'metadata':{'total_size':71,'made by':'a test','nested':{'x':[1]}},'weight_map':{'b':'2','a':'1','flags':'1'}}"));
    }

    @Test
    void allShardsTogetherAreOneFileInTheOrderOfTheIndex() throws IOException {
        ShardedSafetensors sharded = ShardedSafetensors.open(index);
        assertThat(WeightFiles.open(index)).isInstanceOf(ShardedSafetensors.class);
        assertThat(sharded.names()).containsExactly("b", "a", "flags");
        assertThat(sharded.files()).containsExactly(directory.resolve(SECOND), directory.resolve(FIRST));
        assertThat(sharded.metadata()).containsExactly(Map.entry("total_size", "71"), Map.entry("made by", "a test"));
        assertThat(sharded.entry("a").shape()).containsExactly(3, 4);
        try (Weights copied = sharded.weights();
                Weights mapped = ShardedSafetensors.mapped(index);
                Weights first = Safetensors.weights(directory.resolve(FIRST));
                TensorScope scope = TensorScope.open()) {
            assertThat(copied.names()).containsExactly("b", "a", "flags");
            assertThat(mapped.names()).containsExactly("b", "a", "flags");
            assertThat(Fingerprint.of(mapped)).isEqualTo(Fingerprint.of(copied));
            assertThat(copied.get("a").equal(first.get("a"))).isTrue();
            assertThat(scope).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'weight_map':{'b':'2','a':'1'}}|all tensors of model-00001-of-00002.safetensors as standing there, but not 'flags'",
                "{'weight_map':{'b':'2','a':'2','flags':'1'}}|'a' must stand in model-00002-of-00002.safetensors",
                "{'weight_map':{'b':'2','a':'1','flags':'1','c':'1'}}|'c' must stand in",
                "{'weight_map':{'b':'2','a':'1','flags':'1','a':'1'}}|names 'a' twice",
                "{'weight_map':{'b':'model-00003.safetensors'}}|must stand beside it, but does not",
                "{'weight_map':{'b':'../x.safetensors'}}|without any path, but names '../x.safetensors'",
                "{'weight_map':{'b':'/etc/passwd'}}|without any path",
                "{'weight_map':{'b':'sub/x.safetensors'}}|without any path",
                "{'weight_map':{'b':'sub\\\\x.safetensors'}}|without any path",
                "{'weight_map':{'b':'C:x'}}|without any path",
                "{'weight_map':{'b':'..'}}|without any path",
                "{'weight_map':{'b':'.'}}|without any path",
                "{'weight_map':{'b':''}}|without any path",
                "{'weight_map':{'b':'a\\u0000b'}}|without any path",
                "{'weight_map':{'b':3}}|a file for tensor 'b'",
                "{'weight_map':[]}|an object as weight_map",
                "{'weight_map':{}}|which file holds which tensor, but does not",
                "{}|which file holds which tensor, but does not",
                "{'a':1}|which file holds which tensor, but does not",
                "{'weight_map':{'b':'2'}} 1|another value follows",
                "{'weight_map':{'b':'2'|cannot be read",
                "{'metadata':{'total_size':70},'weight_map':{'b':'2','a':'1','flags':'1'}}|must hold 70 bytes of tensors together, but hold 71",
                "{'metadata':{'total_size':'many'},'weight_map':{'b':'2','a':'1','flags':'1'}}|must hold many bytes",
                "{'metadata':{'total_size':1,'total_size':2},'weight_map':{'b':'2'}}|names 'total_size' twice"
            })
    void anIndexThatBreaksARuleIsRefusedWithTheRule(String json, String message) throws IOException {
        Files.writeString(index, json(json));
        assertThatThrownBy(() -> WeightFiles.open(index))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).matches("[^\\p{Cntrl}]{20,700}"));
    }

    @Test
    void aTotalSizeMayBeMissingOrWrittenWithAPoint() throws IOException {
        for (String metadata : new String[] {"{}", "{'total_size':71.0}", "{'other':1}", "null", "[]"}) {
            Files.writeString(index, json("{'weight_map':{'b':'2','a':'1','flags':'1'},'metadata':" + metadata + "}"));
            assertThat(WeightFiles.open(index).names()).hasSize(3);
        }
    }

    @Test
    void everyShardIsCheckedWhenTheIndexIsOpened() throws IOException {
        Path second = directory.resolve(SECOND);
        byte[] intact = Files.readAllBytes(second);
        Files.write(second, java.util.Arrays.copyOf(intact, intact.length - 1));
        assertThatThrownBy(() -> WeightFiles.open(index))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(SECOND);
        Files.delete(second);
        Files.createDirectory(second);
        assertThatThrownBy(() -> WeightFiles.open(index))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("is a directory");
    }

    @Test
    void shardsMayBeLinksAsInTheCacheOfTheHub() throws IOException {
        Path blob = Files.move(directory.resolve(FIRST), directory.resolve("blob"));
        Files.createSymbolicLink(directory.resolve(FIRST), blob);
        assertThat(WeightFiles.open(index).names()).hasSize(3);
    }

    private static String json(String text) {
        return text.replace("'1'", "'" + FIRST + "'")
                .replace("'2'", "'" + SECOND + "'")
                .replace('\'', '"');
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws IOException {
        Files.write(index, "{\"weight_map\":{\"\u00ff\":\"x\"}}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> WeightFiles.open(index))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("JSON in UTF-8");
    }
}
