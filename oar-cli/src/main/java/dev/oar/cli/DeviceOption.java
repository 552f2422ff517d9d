package dev.oar.cli;

import dev.oar.tensor.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where models are while a command uses them. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            converter = Name.class,
            description = "Where models are: cpu (default), cuda (the first GPU) or cuda:N.")
    private Device device = Device.CPU;

    /**
     * The device asked for.
     *
     * @throws IllegalArgumentException if there is none of that name here
     */
    Device device() {
        return device.requireUsable();
    }

    /** Whether one other than the CPU was asked for. */
    boolean given() {
        return !device.isHost();
    }

    /** Reads a device's name. */
    static final class Name implements ITypeConverter<Device> {
        @Override
        public Device convert(String value) {
            try {
                return Device.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
