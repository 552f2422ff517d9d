package dev.oar.tuning;

import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Processor;
import dev.oar.tensor.UserCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles of this machine's devices: measured by the first process that needs one, kept in the {@link UserCache} for later ones.
 * A profile belongs to a CPU with its features and limits on instructions, a number of threads, a LibTorch and a BLAS library;
 * where one of these changes, it is measured anew. May be used by any thread.
 */
public final class MachineProfiles {
    private static final Logger LOG = LoggerFactory.getLogger(MachineProfiles.class);
    private static final String KIND = "machine";
    private static final Map<Device, MachineProfile> KNOWN = new HashMap<>();

    private MachineProfiles() {}

    /** The profile of a device, measured unless it is known. */
    public static MachineProfile of(Device device) {
        return of(device, message -> LOG.info("{}", message));
    }

    /**
     * The profile of a device, measured unless it is known.
     *
     * @param told is told one line when it had to be measured, and another when it cannot be kept
     */
    public static synchronized MachineProfile of(Device device, Consumer<String> told) {
        MachineProfile known = KNOWN.get(device);
        if (known == null) {
            known = UserCache.read(KIND, key(device))
                    .flatMap(entries -> MachineProfile.parse(entries, device))
                    .orElseGet(() -> measure(device, told));
            KNOWN.put(device, known);
        }
        return known;
    }

    /** Measures a device anew and keeps the result; arguments as for {@link #of(Device, Consumer)}. */
    public static synchronized MachineProfile measure(Device device, Consumer<String> told) {
        long began = System.nanoTime();
        MachineProfile measured = device.requireUsable().compute(MachineProbe::measure);
        told.accept(String.format(
                Locale.ROOT,
                "measured this machine once (%.1f s): %s",
                (System.nanoTime() - began) * 1e-9,
                measured.summary()));
        try {
            UserCache.write(KIND, key(device), measured.entries());
        } catch (IOException e) {
            LOG.debug("the machine's profile is not kept", e);
            told.accept("what was measured cannot be kept in " + UserCache.directory()
                    + " and will be measured again next time; make the folder writable, or name another with"
                    + " XDG_CACHE_HOME");
        }
        KNOWN.put(device, measured);
        return measured;
    }

    private static String key(Device device) {
        LibTorch.load();
        try {
            return "profile 1\n" + device.label() + "\nlibtorch " + LibTorch.version() + ", " + LibTorch.blas() + "\n"
                    + Processor.here().identity();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the version of LibTorch must stand on the class path, but cannot be read", e);
        }
    }
}
