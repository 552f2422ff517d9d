package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.data.Split;
import dev.oar.model.AnyOrderModel;
import java.io.IOException;
import java.nio.file.Path;

/** A stage that leaves one of the transformers. */
interface ArmStage {
    /** Which one. */
    Arm arm();

    /** Its weights. */
    Path weightsFile() throws IOException;

    /**
     * The transformer; close it after use.
     *
     * @param split whose captions are its conditions, if it draws from captions
     */
    AnyOrderModel model(Split split) throws IOException;
}
