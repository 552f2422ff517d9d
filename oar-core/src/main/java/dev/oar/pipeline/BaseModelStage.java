package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.data.Split;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Takes the any-order model of the base model; nothing is pretrained. */
final class BaseModelStage extends AnyOrderStage {
    private final BaseModel base;

    BaseModelStage(RunContext context, BaseModel base, TokensStage tokens) {
        super(context, List.of(tokens));
        this.base = base;
    }

    @Override
    String settings() throws IOException {
        return "of a base model " + base.fingerprint(ModelFolder.fileName(arm()));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        base.verify(ModelFolder.fileName(arm()));
        context().listener().note("the any-order model of " + base.manifest().name() + " is used as it is");
        return Map.of("fingerprint", Fingerprint.ofFile(weightsFile()));
    }

    @Override
    ModelConfig config() {
        return base.manifest().transformer();
    }

    @Override
    public Path weightsFile() {
        return base.file(ModelFolder.fileName(arm()));
    }

    @Override
    TokenSpace space() {
        return base.manifest().space();
    }

    @Override
    Path captionTokenizerFile() {
        return base.file(ModelFolder.CAPTION_TOKENIZER);
    }

    @Override
    public AnyOrderModel model(Split split) throws IOException {
        return create(base.weights(), split);
    }
}
