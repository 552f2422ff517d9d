package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.model.AnyOrderModel;
import java.io.IOException;
import java.nio.file.Path;

/** A stage that leaves one of the transformers. */
interface ArmStage {
    /** Which one. */
    Arm arm();

    /** Its weights. */
    Path weightsFile() throws IOException;

    /** The transformer; close it after use. */
    AnyOrderModel model() throws IOException;
}
