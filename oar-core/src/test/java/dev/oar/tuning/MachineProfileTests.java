package dev.oar.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.tensor.Device;
import dev.oar.tensor.Precision;
import dev.oar.tensor.WeightFormat;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MachineProfileTests {
    @Test
    void autoNeverPicksWhatWasFoundSlowerThanFloat32() {
        for (long seed = 0; seed < 1000; seed++) {
            MachineProfile machine = random(seed);
            for (TrainingWork work : TrainingWork.values()) {
                Precision chosen = PrecisionSetting.AUTO.on(machine, work);
                assertThat(machine.slowdown(work, chosen))
                        .as("seed " + seed)
                        .hasValueSatisfying(slowdown -> assertThat(slowdown).isLessThanOrEqualTo(1));
                assertThat(machine.warning(work, chosen)).as("seed " + seed).isEmpty();
            }
            for (ProductRows rows : ProductRows.values()) {
                WeightFormat chosen = WeightFormatSetting.AUTO.on(machine, rows);
                assertThat(machine.slowdown(rows, chosen))
                        .as("seed " + seed)
                        .hasValueSatisfying(slowdown -> assertThat(slowdown).isLessThanOrEqualTo(1));
                for (WeightFormat other : WeightFormat.values()) {
                    if (!other.roundsInputs() && chosen == WeightFormat.FLOAT32) {
                        assertThat(machine.slowdown(rows, other))
                                .as("seed " + seed)
                                .hasValueSatisfying(slowdown -> assertThat(slowdown * MachineProfile.WORTHWHILE)
                                        .isGreaterThanOrEqualTo(1));
                    }
                }
            }
        }
    }

    @Test
    void autoNeverRoundsInputs() {
        MachineProfile machine = profile(1, 1, Map.of(WeightFormat.FLOAT32, 10.0, WeightFormat.INT8, 1.0));
        assertThat(WeightFormatSetting.AUTO.on(machine, ProductRows.FEW)).isEqualTo(WeightFormat.FLOAT32);
    }

    @Test
    void aTenthIsNeededToPreferAnotherFormat() {
        assertThat(profile(1, 0.95, Map.of(WeightFormat.FLOAT32, 1.0)).fastest(TrainingWork.CONVOLUTIONS))
                .isEqualTo(Precision.FLOAT32);
        assertThat(profile(1, 0.9, Map.of(WeightFormat.FLOAT32, 1.0)).fastest(TrainingWork.CONVOLUTIONS))
                .isEqualTo(Precision.BFLOAT16);
    }

    @Test
    void anExplicitSettingIsObeyedHoweverSlowAndWarnedOfWithItsFactor() {
        MachineProfile machine =
                profile(1, 12, Map.of(WeightFormat.FLOAT32, 1.0, WeightFormat.BFLOAT16, 4.5, WeightFormat.INT8, 0.5));
        assertThat(PrecisionSetting.BFLOAT16.on(machine, TrainingWork.CONVOLUTIONS))
                .isEqualTo(Precision.BFLOAT16);
        assertThat(machine.warning(TrainingWork.CONVOLUTIONS, Precision.BFLOAT16))
                .hasValueSatisfying(warning -> assertThat(warning).contains("bfloat16", "12.0 times"));
        assertThat(machine.warning(ProductRows.FEW, WeightFormat.BFLOAT16))
                .hasValueSatisfying(warning -> assertThat(warning).contains("bfloat16", "4.5 times"));
        assertThat(machine.warning(ProductRows.FEW, WeightFormat.INT8)).isEmpty();
        assertThat(machine.warning(TrainingWork.CONVOLUTIONS, Precision.FLOAT32))
                .isEmpty();
    }

    @Test
    void whatIsKeptIsReadBackAndWhatIsDamagedIsAbsent() {
        for (long seed = 0; seed < 200; seed++) {
            MachineProfile machine = random(seed);
            Map<String, String> entries = machine.entries();
            assertThat(MachineProfile.parse(entries, Device.CPU))
                    .hasValueSatisfying(read -> assertThat(read.entries()).isEqualTo(entries));
            for (String name : entries.keySet()) {
                for (String damage : new String[] {"", "x", "0", "-1", "NaN", "Infinity"}) {
                    Map<String, String> damaged = new HashMap<>(entries);
                    damaged.put(name, damage);
                    assertThat(MachineProfile.parse(damaged, Device.CPU))
                            .as("seed " + seed + ", " + name + "=" + damage)
                            .isEmpty();
                }
            }
        }
        assertThat(MachineProfile.parse(Map.of(), Device.CPU)).isEmpty();
    }

    @Test
    void aGpuNeedsNoTimesOfFormatsThatItLacks() {
        MachineProfile machine = profile(1, 0.5, Map.of(WeightFormat.FLOAT32, 1.0, WeightFormat.BFLOAT16, 0.5));
        assertThat(MachineProfile.parse(machine.entries(), Device.cuda(0))).isPresent();
        assertThat(MachineProfile.parse(machine.entries(), Device.CPU)).isEmpty();
    }

    @Test
    void aProfileWithoutFloat32IsRefused() {
        assertThatThrownBy(() -> profile(1, 1, Map.of(WeightFormat.INT8, 1.0)))
                .hasMessageContaining("measure it again");
    }

    private static MachineProfile random(long seed) {
        Random random = new Random(seed);
        Map<WeightFormat, Double> products = new EnumMap<>(WeightFormat.class);
        for (WeightFormat format : WeightFormat.values()) {
            products.put(format, Math.exp(random.nextGaussian()));
        }
        return profile(Math.exp(random.nextGaussian()), Math.exp(random.nextGaussian()), products);
    }

    static MachineProfile profile(double float32, double bfloat16, Map<WeightFormat, Double> products) {
        Map<TrainingWork, Map<Precision, Double>> training = new EnumMap<>(TrainingWork.class);
        for (TrainingWork work : TrainingWork.values()) {
            training.put(work, Map.of(Precision.FLOAT32, float32, Precision.BFLOAT16, bfloat16));
        }
        return new MachineProfile(training, Map.of(ProductRows.FEW, products, ProductRows.MANY, products));
    }
}
