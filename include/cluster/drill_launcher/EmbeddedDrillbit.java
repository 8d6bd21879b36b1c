import org.apache.drill.common.config.DrillConfig;
import org.apache.drill.exec.server.Drillbit;
import org.apache.drill.exec.server.RemoteServiceSet;

/** One Drillbit that coordinates with nobody; SIGTERM runs Drillbit's own shutdown hook. */
public final class EmbeddedDrillbit {
  private EmbeddedDrillbit() {}

  /**
   * Starts the Drillbit with drill-override.conf of the class path and stays.
   *
   * @param arguments none
   * @throws Exception when a port is taken or a setting is wrong
   */
  public static void main(String[] arguments) throws Exception {
    Drillbit.start(DrillConfig.create(), RemoteServiceSet.getLocalServiceSet());
    Thread.currentThread().join();
  }
}
