package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Takes the tokenizer of the base model and measures it on the images of this run. */
final class BaseTokenizerStage extends TokenizerStage {
    private final BaseModel base;

    BaseTokenizerStage(RunContext context, BaseModel base) {
        super(context, List.of());
        this.base = base;
    }

    @Override
    String settings() throws IOException {
        return "of a base model " + base.fingerprint(ModelFolder.TOKENIZER)
                + context().imagesFingerprint();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        base.verify(ModelFolder.TOKENIZER);
        try (ImageTokenizer tokenizer = tokenizer()) {
            return measure(tokenizer);
        }
    }

    @Override
    TokenizerConfig config() {
        return base.manifest().tokenizer();
    }

    @Override
    Path weightsFile() {
        return base.file(ModelFolder.TOKENIZER);
    }

    @Override
    ImageTokenizer tokenizer() throws IOException {
        return base.tokenizer();
    }
}
