package dev.oar.benchmark;

import dev.oar.checkpoint.WeightFiles;
import dev.oar.config.Require;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.WeightFormat;
import dev.oar.text.PaddingRule;
import dev.oar.text.T5Config;
import dev.oar.text.T5Encoder;
import dev.oar.text.TokenizedTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that embeds captions by an encoder for many texts, and writes how much more memory it held at most than before it read the encoder. */
final class TextEncoderProcess {
    private static final int ARGUMENTS = 5;

    private TextEncoderProcess() {}

    /** The command that starts such a process for an encoder of flan-t5-xl's sizes with so many layers. */
    static List<String> command(int layers, int batch, int length, Path weights, Path result) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-cp",
                System.getProperty("java.class.path"),
                TextEncoderProcess.class.getName(),
                Integer.toString(layers),
                Integer.toString(batch),
                Integer.toString(length),
                weights.toString(),
                result.toString());
    }

    /** Does what the arguments of {@link #command} say. */
    public static void main(String[] arguments) throws IOException {
        Require.that(arguments.length == ARGUMENTS, "this is started by oar bench alone, with %s arguments", ARGUMENTS);
        T5Config config = TextEncoderRows.flanT5Xl(Integer.parseInt(arguments[0]));
        TokenizedTexts texts =
                TextEncoderRows.texts(config, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        TensorScope.run(LibTorch::load);
        double before = MemoryProcess.mebibytes("VmRSS:");
        try (T5Encoder encoder =
                T5Encoder.loadRepacked(config, WeightFiles.open(Path.of(arguments[3])), WeightFormat.FLOAT32)) {
            TensorScope.run(() -> {
                var unused = encoder.features(texts, PaddingRule.HIDDEN);
            });
        }
        double taken = MemoryProcess.mebibytes("VmHWM:") - before;
        Files.writeString(Path.of(arguments[4]), Double.toString(taken), StandardCharsets.US_ASCII);
    }
}
