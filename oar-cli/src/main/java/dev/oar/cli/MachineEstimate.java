package dev.oar.cli;

import dev.oar.estimate.Estimate;
import dev.oar.estimate.RecipeSizes;
import dev.oar.estimate.SpeedProbe;
import dev.oar.tensor.LibTorch;
import java.io.IOException;

/** Estimates for this machine, which is probed. */
final class MachineEstimate {
    private MachineEstimate() {}

    /**
     * The estimate of a recipe of such sizes.
     *
     * @param progress is shown what is probed; stays open
     */
    static Estimate of(RecipeSizes sizes, Interruption interruption, ProgressView progress) throws IOException {
        int[] done = {0};
        SpeedProbe probe = new SpeedProbe(sizes, name -> {
            interruption.check();
            progress.show("probing", done[0]++, SpeedProbe.PARTS_TIMED, name);
        });
        return Estimate.here(sizes, probe, LibTorch.threads(), DoctorCommand.machineMemory());
    }
}
