package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTests {
    @TempDir
    private Path folder;

    @Test
    void aWrongFileIsRefusedInOneSentenceAndLeavesNoModel() throws IOException {
        TinyModelFolder.write(folder.resolve("tiny"));
        String other = folder.resolve("tiny").resolve("any-order.safetensors").toString();
        Session session = importing("randar-l", other, other);
        assertThat(session.err()).startsWith("oar: randar-l's tokenizer needs a weight named '");
        assertThat(folder.resolve("out").resolve("model.yaml")).doesNotExist();
    }

    @Test
    void aModelThatIsThereAlreadyIsNotLostToAWrongFile() throws IOException {
        TinyModelFolder.write(folder.resolve("out"));
        Path manifest = folder.resolve("out").resolve("model.yaml");
        byte[] before = Files.readAllBytes(manifest);
        assertThat(importing("randar-l", "random:1", "random:1").err())
                .startsWith("oar: a model takes the place of no other, but ")
                .hasLineCount(1);
        assertThat(manifest).hasBinaryContent(before);
    }

    @Test
    void unknownModelsSeedsAndReferencesAreNamed() {
        assertThat(importing("randar-m", "random", "random").err())
                .contains("there is no published model named 'randar-m'; choose one of randar-l, ");
        assertThat(importing("randar-l", "random:x", "random").err())
                .contains("random:SEED")
                .contains("'random:x'");
        assertThat(importing("randar-l", "hf://nowhere", "random").err())
                .startsWith("oar: ")
                .contains("hf://nowhere");
        assertThat(importing("randar-l", folder.resolve("none.safetensors").toString(), "random:1")
                        .err())
                .contains("none.safetensors");
    }

    @Test
    void aPathThatIsAFileIsThatFileWhateverMarksItHolds() throws IOException {
        for (String name : new String[] {"c#/weights.safetensors", "weights#1.safetensors", "a#b/c#d", "@weights"}) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[] {1, 2, 3});
            assertThat(importing("randar-l", "random:1", file.toString()).err())
                    .as(name)
                    .startsWith("oar: ")
                    .contains(name)
                    .doesNotContain("there is no file");
        }
        String missing = folder.resolve("c#").resolve("none.pt").toString();
        assertThat(importing("randar-l", "random:1", missing).err()).contains("there is no file or folder " + missing);
        assertThat(importing("randar-l", "random:1", missing + "#key").err())
                .contains("there is no file or folder " + missing + ";");
    }

    @Test
    void aPickleThatWouldRunSomethingIsNamed() throws IOException {
        Path evil = folder.resolve("evil.pt");
        Files.write(
                evil,
                "\u0080\u0002cos\nsystem\nX\u0004\u0000\u0000\u0000true\u0085R."
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(importing("randar-l", evil.toString(), evil.toString()).err())
                .startsWith("oar: ")
                .contains("os.system");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstClassName() throws IOException {
        Path names = Files.writeString(folder.resolve("names.txt"), "\uFEFFtench\r\ngoldfish\r\n");

        assertThat(ImportCommand.names(names)).containsExactly("tench", "goldfish");
    }

    private Session importing(String from, String weights, String tokenizer) {
        Session session = new Session();
        int code = session.run(
                "import",
                "--from",
                from,
                "--weights",
                weights,
                "--tokenizer",
                tokenizer,
                "--out",
                folder.resolve("out").toString());
        assertThat(code).isEqualTo(1);
        return session;
    }
}
