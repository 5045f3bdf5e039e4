"""EC2's network: every list with EC2's own filter names.

Source of names and error codes: EC2's API reference, each operation and "Error codes".
"""

from collections.abc import Mapping
from typing import Any

from diagnostics.evidence.ops.kinds import Listing, Lookup, Operation, Params, Special, missing
from diagnostics.evidence.scene import Scene, shown

VPC = Lookup(
    collection="ec2.vpc_attributes", keys={"VpcId": "VpcId"}, not_found="InvalidVpcID.NotFound"
)
ATTRIBUTES = {
    "enableDnsSupport": "EnableDnsSupport",
    "enableDnsHostnames": "EnableDnsHostnames",
    "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
}


def vpc_attribute(scene: Scene, params: Params) -> dict[str, Any]:
    """Return one attribute of a VPC."""
    vpc = VPC.one(scene, {"VpcId": params["VpcId"]})
    name = ATTRIBUTES.get(params.get("Attribute", ""), "")
    if name not in vpc:
        raise scene.unknown(f"the attribute {params.get('Attribute')}")
    return {"VpcId": vpc["VpcId"], name: shown(vpc[name])}


def prefix_list_entries(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the addresses of a managed prefix list."""
    wanted = params["PrefixListId"]
    entries = [
        e for e in scene.resources("ec2.prefix_list_entries") if e["_PrefixListId"] == wanted
    ]
    lists = scene.known("ec2.managed_prefix_lists")
    if lists is not None and not entries and not any(p["PrefixListId"] == wanted for p in lists):
        raise missing(scene, "InvalidPrefixListID.NotFound", wanted)
    return {"Entries": [shown(entry) for entry in entries]}


OPERATIONS: Mapping[str, Operation] = {
    "ec2:DescribeSubnets": Listing(
        collection="ec2.subnets",
        result="Subnets",
        ids={"SubnetIds": "SubnetId"},
        not_found="InvalidSubnetID.NotFound",
        filters={
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
            "availability-zone": "AvailabilityZone",
            "state": "State",
            "cidr-block": "CidrBlock",
        },
    ),
    "ec2:DescribeRouteTables": Listing(
        collection="ec2.route_tables",
        result="RouteTables",
        ids={"RouteTableIds": "RouteTableId"},
        not_found="InvalidRouteTableID.NotFound",
        filters={
            "association.subnet-id": "Associations.SubnetId",
            "association.main": "Associations.Main",
            "association.route-table-id": "Associations.RouteTableId",
            "association.gateway-id": "Associations.GatewayId",
            "route-table-id": "RouteTableId",
            "vpc-id": "VpcId",
            "route.destination-cidr-block": "Routes.DestinationCidrBlock",
            "route.destination-prefix-list-id": "Routes.DestinationPrefixListId",
            "route.gateway-id": "Routes.GatewayId",
            "route.nat-gateway-id": "Routes.NatGatewayId",
            "route.state": "Routes.State",
        },
    ),
    "ec2:DescribeVpcEndpoints": Listing(
        collection="ec2.vpc_endpoints",
        result="VpcEndpoints",
        ids={"VpcEndpointIds": "VpcEndpointId"},
        not_found="InvalidVpcEndpointId.NotFound",
        filters={
            "vpc-id": "VpcId",
            "service-name": "ServiceName",
            "vpc-endpoint-id": "VpcEndpointId",
            "vpc-endpoint-state": "State",
            "vpc-endpoint-type": "VpcEndpointType",
        },
    ),
    "ec2:DescribeSecurityGroups": Listing(
        collection="ec2.security_groups",
        result="SecurityGroups",
        ids={"GroupIds": "GroupId", "GroupNames": "GroupName"},
        not_found="InvalidGroup.NotFound",
        filters={"group-id": "GroupId", "group-name": "GroupName", "vpc-id": "VpcId"},
    ),
    "ec2:DescribeSecurityGroupRules": Listing(
        collection="ec2.security_group_rules",
        result="SecurityGroupRules",
        ids={"SecurityGroupRuleIds": "SecurityGroupRuleId"},
        not_found="InvalidSecurityGroupRuleId.NotFound",
        filters={"group-id": "GroupId", "security-group-rule-id": "SecurityGroupRuleId"},
    ),
    "ec2:DescribeNetworkAcls": Listing(
        collection="ec2.network_acls",
        result="NetworkAcls",
        ids={"NetworkAclIds": "NetworkAclId"},
        not_found="InvalidNetworkAclID.NotFound",
        filters={
            "association.subnet-id": "Associations.SubnetId",
            "association.network-acl-id": "Associations.NetworkAclId",
            "default": "IsDefault",
            "network-acl-id": "NetworkAclId",
            "vpc-id": "VpcId",
        },
    ),
    "ec2:DescribeNatGateways": Listing(
        collection="ec2.nat_gateways",
        result="NatGateways",
        ids={"NatGatewayIds": "NatGatewayId"},
        not_found="NatGatewayNotFound",
        filter_param="Filter",
        filters={
            "nat-gateway-id": "NatGatewayId",
            "state": "State",
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
        },
    ),
    "ec2:DescribeVpcs": Listing(
        collection="ec2.vpcs",
        result="Vpcs",
        ids={"VpcIds": "VpcId"},
        not_found="InvalidVpcID.NotFound",
        filters={
            "vpc-id": "VpcId",
            "is-default": "IsDefault",
            "dhcp-options-id": "DhcpOptionsId",
            "state": "State",
        },
    ),
    "ec2:DescribeVpcAttribute": Special(vpc_attribute, frozenset({"VpcId", "Attribute"})),
    "ec2:DescribeDhcpOptions": Listing(
        collection="ec2.dhcp_options",
        result="DhcpOptions",
        ids={"DhcpOptionsIds": "DhcpOptionsId"},
        not_found="InvalidDhcpOptionID.NotFound",
        filters={"dhcp-options-id": "DhcpOptionsId", "key": "DhcpConfigurations.Key"},
    ),
    "ec2:DescribeNetworkInterfaces": Listing(
        collection="ec2.network_interfaces",
        result="NetworkInterfaces",
        ids={"NetworkInterfaceIds": "NetworkInterfaceId"},
        not_found="InvalidNetworkInterfaceID.NotFound",
        filters={
            "addresses.private-ip-address": "PrivateIpAddresses.PrivateIpAddress",
            "attachment.instance-id": "Attachment.InstanceId",
            "description": "Description",
            "group-id": "Groups.GroupId",
            "interface-type": "InterfaceType",
            "network-interface-id": "NetworkInterfaceId",
            "private-ip-address": "PrivateIpAddress",
            "requester-id": "RequesterId",
            "status": "Status",
            "subnet-id": "SubnetId",
            "vpc-id": "VpcId",
        },
    ),
    "ec2:DescribeInternetGateways": Listing(
        collection="ec2.internet_gateways",
        result="InternetGateways",
        ids={"InternetGatewayIds": "InternetGatewayId"},
        not_found="InvalidInternetGatewayID.NotFound",
        filters={
            "attachment.state": "Attachments.State",
            "attachment.vpc-id": "Attachments.VpcId",
            "internet-gateway-id": "InternetGatewayId",
        },
    ),
    "ec2:DescribeManagedPrefixLists": Listing(
        collection="ec2.managed_prefix_lists",
        result="PrefixLists",
        ids={"PrefixListIds": "PrefixListId"},
        not_found="InvalidPrefixListID.NotFound",
        filters={
            "owner-id": "OwnerId",
            "prefix-list-id": "PrefixListId",
            "prefix-list-name": "PrefixListName",
        },
    ),
    "ec2:DescribePrefixLists": Listing(
        collection="ec2.prefix_lists",
        result="PrefixLists",
        ids={"PrefixListIds": "PrefixListId"},
        not_found="InvalidPrefixListId.NotFound",
        filters={"prefix-list-id": "PrefixListId", "prefix-list-name": "PrefixListName"},
    ),
    "ec2:GetManagedPrefixListEntries": Special(
        prefix_list_entries, frozenset({"PrefixListId", "TargetVersion"})
    ),
    "ec2:DescribeFlowLogs": Listing(
        collection="ec2.flow_logs",
        result="FlowLogs",
        ids={"FlowLogIds": "FlowLogId"},
        not_found="InvalidFlowLogId.NotFound",
        filter_param="Filter",
        filters={
            "resource-id": "ResourceId",
            "log-destination-type": "LogDestinationType",
            "deliver-log-status": "DeliverLogsStatus",
        },
    ),
    "ec2:DescribeInstances": Listing(
        collection="ec2.instances",
        result="Reservations",
        ids={"InstanceIds": "Instances.InstanceId"},
        not_found="InvalidInstanceID.NotFound",
        filters={
            "instance-id": "Instances.InstanceId",
            "instance-state-name": "Instances.State.Name",
            "private-ip-address": "Instances.PrivateIpAddress",
            "subnet-id": "Instances.SubnetId",
            "vpc-id": "Instances.VpcId",
        },
    ),
}
