#!/bin/sh
# Process 1 of a lab node, in the node's own network, hostname, pid and mount namespaces. Lays out the mounts that make
# this process's / a machine of its own, says "ready", and then only stays: it keeps the namespaces alive while daemons
# come and go, and reaps what they leave.
# Environment: NODE (hostname), ROOT (the engine's root; "/" is the machine's own), LAB_DIR, NODE_DIR.
set -eu
hostname "$NODE"

# Copies of other namespaces' handles would keep those namespaces alive.
umount -R -l /run/netns 2>/dev/null || :

if [ "$ROOT" != / ]; then
  # A writable layer in memory over the shared root, so that many nodes use one engine and none changes it.
  layer=$NODE_DIR/root
  mkdir -p "$layer"
  mount -t tmpfs tmpfs "$layer"
  new=$layer/merged
  mkdir "$layer/upper" "$layer/work" "$new"
  mount -t overlay overlay -o "lowerdir=$ROOT,upperdir=$layer/upper,workdir=$layer/work" "$new"
  mkdir -p "$new$LAB_DIR" "$new/old"
  mount --bind "$LAB_DIR" "$new$LAB_DIR"
  mount --rbind /sys "$new/sys"
  mount --rbind /dev "$new/dev"
  mount -t tmpfs tmpfs "$new/tmp"
  # Before the change of root, as umount reads it.
  mount -t proc proc "$new/proc"
  cd "$new"
  pivot_root . old
  cd /
  umount -l /old
else
  mount -t proc proc /proc
fi

mount -t tmpfs -o mode=755 tmpfs /run
# A /sys that shows this node's network devices, with the machine's cgroups (and AppArmor, where it has that) in it again.
mkdir /run/sys
mount --rbind /sys /run/sys
umount -R -l /sys
mount -t sysfs sysfs /sys
for point in fs/cgroup kernel/security; do
  if mountpoint -q "/run/sys/$point"; then mount --rbind "/run/sys/$point" "/sys/$point"; fi
done
umount -R -l /run/sys
rmdir /run/sys
# The machine's own daemon settings and identity are not the node's.
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
# Stack files may bind "/" with rslave, which needs a shared mount, as on a machine with systemd.
mount --make-rshared /

echo ready
exec >/dev/null 2>&1 </dev/null
trap : TERM INT HUP
while :; do
  sleep 86400 &
  wait $! || :
done
