package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.job.DrawnPng;
import dev.oar.order.TokenGrid;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModelFolder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class ServeCommandTests {
    private static final Pattern ADDRESS = Pattern.compile("serving at (http://\\S+)/;");

    @TempDir
    private Path folder;

    @Test
    void itServesUntilItIsInterrupted() throws Exception {
        Path model = folder.resolve("model");
        TinyModelFolder.write(model);
        Path token = Files.writeString(folder.resolve("token"), "a-token-of-24-characters\n");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, 80);
        Interruption interruption = Interruption.none();
        AtomicInteger code = new AtomicInteger(-1);
        Thread command = new Thread(() -> code.set(Main.run(
                new String[] {"serve", "--model", model.toString(), "--port", "0", "--token-file", token.toString()},
                terminal,
                interruption)));
        command.start();
        Matcher address = ADDRESS.matcher(out.toString());
        while (!address.find()) {
            assertThat(command.isAlive()).as(err.toString()).isTrue();
            Thread.sleep(5);
            address = ADDRESS.matcher(out.toString());
        }
        HttpResponse<String> models = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address.group(1) + "/v1/models"))
                                .header("Authorization", "Bearer a-token-of-24-characters")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(models.body()).contains("\"name\":\"tiny\"", "\"classes\":[\"cats\",\"dogs\"]", "spiral-in");
        Thread end = new Thread(interruption::request);
        end.start();
        command.join();
        interruption.finished();
        end.join();
        assertThat(code).hasValue(0);
        assertThat(out.toString()).endsWith("stopped" + System.lineSeparator());
    }

    @Test
    void whatCannotBeServedIsSaidInOneSentence() throws Exception {
        Path model = folder.resolve("model");
        TinyModelFolder.write(model);
        assertThat(failure("serve", "--model", model.toString(), "--host", "0.0.0.0"))
                .contains("--token-file")
                .hasLineCount(1);
        Path shortToken = Files.writeString(folder.resolve("token"), "short");
        assertThat(failure("serve", "--model", model.toString(), "--token-file", shortToken.toString()))
                .contains("at least 16 characters");
        assertThat(failure("serve", "--model", model.toString(), "--model", model.toString(), "--port", "0"))
                .contains("each of another name");
        assertThat(failure("serve", "--model", "nothing")).contains("'nothing' is neither");
    }

    @Test
    void theCommandThatAPictureTellsMakesTheSamePicture() throws Exception {
        Path model = folder.resolve("model");
        TinyModelFolder.write(model);
        List<List<String>> drawings = List.of(
                List.of("--class", "cats"),
                List.of("--class", "dogs", "--order", "dynamic", "--steps", "4", "--order-noise", "0.5"),
                List.of(
                        "--class",
                        "dogs",
                        "--order",
                        "spaced",
                        "--steps",
                        "5",
                        "--guidance-scale",
                        "2",
                        "--top-p",
                        "0.9"),
                List.of("--class", "cats", "--order", "spiral-in", "--steps", "6", "--step-schedule", "masked-cosine"),
                List.of("--class", "cats", "--order", "dynamic", "--shortlist", "6,3", "--remasking", "0.2,1"),
                List.of("--class", "cats", "--grid", "8x8", "--spatial-guidance-scale", "1.5"));
        for (int i = 0; i < drawings.size(); i++) {
            Path first = folder.resolve("first-" + i);
            List<String> options = new ArrayList<>(drawings.get(i));
            options.addAll(List.of("--seed", "5", "--first-index", "3", "--batch-size", "3"));
            drawn("generate", model, first, options);
            byte[] picture = Files.readAllBytes(first.resolve("5-3.png"));
            String command = DrawnPng.read("it", picture, name -> Optional.of(new TokenGrid(4, 4)))
                    .command();
            assertThat(command)
                    .startsWith("oar generate ")
                    .contains(" --model tiny ")
                    .endsWith(" --out DIR");
            List<String> words =
                    new ArrayList<>(List.of(command.replace(" --model tiny", "").split(" ")));
            Path second = folder.resolve("second-" + i);
            drawn("generate", model, second, words.subList(2, words.size() - 2));
            assertThat(second.resolve("5-3.png")).as(command).hasBinaryContent(picture);
        }
    }

    private static void drawn(String command, Path model, Path out, List<String> options) {
        Session session = Session.drawing(command, model, out, options.toArray(String[]::new));
        assertThat(session.err()).as(options.toString()).doesNotContain("oar: ");
    }

    private static String failure(String... arguments) {
        Session session = new Session();
        assertThat(session.run(arguments)).isEqualTo(1);
        return session.err();
    }
}
